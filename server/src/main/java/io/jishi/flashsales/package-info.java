/**
 * Flash sales: many want a few units at one instant. Owns the tables {@code sale}, {@code sale_pool},
 * {@code sale_segment}, {@code sale_guest}, {@code sale_act}, {@code sale_waiter}, {@code sale_lobby},
 * {@code sale_arrival}, {@code sale_turn} and {@code sale_device}; uses the kernel, the catalogue (units come from a SKU
 * and go back to it), the orders, and of the live rooms and of members and followers what
 * {@link io.jishi.flashsales.Rooms} and {@link io.jishi.flashsales.Audiences} ask for.
 *
 * <p>The units of a sale are in its pool, in the segment of a node, or in an order; one statement moves each, so that in
 * every snapshot of the database their sum is the sale's quantity. A node sells only what its segment holds, a batch of
 * claims in one statement that names the segment's epoch; it says yes after the commit. That statement inserts into
 * {@code orders}, which the orders capability owns.
 */
@NullMarked
@Uses({"accounts", "catalog", "orders"})
package io.jishi.flashsales;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
