/**
 * Products, SKUs and their stock. Owns the tables {@code product}, {@code sku} and {@code stock_movement}; uses the
 * kernel, and of the accounts only the kind of id. Other capabilities change stock through {@link io.jishi.catalog.Catalog#move}, inside their own
 * transaction, so that a unit leaves the stock exactly where it arrives elsewhere.
 */
@NullMarked
@Uses("accounts")
package io.jishi.catalog;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
