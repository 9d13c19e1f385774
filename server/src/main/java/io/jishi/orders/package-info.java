/**
 * Orders from the claim to the door, and their payments. Owns the tables {@code orders}, {@code order_line}, {@code pickup}, {@code payment},
 * {@code payment_refund}, {@code order_hold} and {@code order_event}; uses the kernel, the ledger, in which every movement of money is booked in the transaction that it
 * belongs to, and of the accounts and the catalogue only their kinds of id.
 *
 * <p>One writer stands outside: the flash sales' claim inserts rows of stage {@code reserved}, a thousand in one
 * statement, together with the units that they take. Everything that happens to an order afterwards happens here, each
 * step one compare-and-set on its stage with its event in the outbox of the same transaction. What depends on a step
 * takes part in that transaction as a listener: {@code onPaid} (deliveries), {@code onReleased} (units go back).
 */
@NullMarked
@Uses({"accounts", "catalog", "ledger"})
package io.jishi.orders;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
