/**
 * Products, SKUs, and what there is of them where. Owns the tables {@code product}, {@code sku}, {@code location},
 * {@code stock_level} and {@code stock_movement}; uses the kernel, and of the accounts only the kind of id. Other
 * capabilities change stock through {@link io.jishi.catalog.Stock#move}, inside their own transaction, so that a unit
 * leaves the stock exactly where it arrives elsewhere. SKUs are the last thing that a transaction holds, those of lower id
 * first.
 */
@NullMarked
@Uses("accounts")
package io.jishi.catalog;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
