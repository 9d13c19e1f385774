/** Names the orders, which it uses. */
@Uses("orders")
package io.jishi.violations.catalog;

import io.jishi.core.Uses;
