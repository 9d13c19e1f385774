/**
 * Carts, and how they become orders. Owns the tables {@code cart} and {@code cart_line}; uses the kernel, the catalogue,
 * whose stock a checkout takes, the orders, which it adds to, and of the accounts only the kind of id.
 *
 * <p>A cart keeps no units. A checkout is one transaction that holds the buyer's cart, then the SKUs in the order of their
 * ids, and adds the order, reserved until a deadline, where everything in the cart is there. From then on it is an order
 * like any other.
 */
@NullMarked
@Uses({"accounts", "catalog", "orders"})
package io.jishi.carts;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
