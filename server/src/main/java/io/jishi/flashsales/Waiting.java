package io.jishi.flashsales;

import io.jishi.core.Id;
import io.jishi.orders.Order;
import org.jspecify.annotations.Nullable;

/**
 * A buyer's place in the waiting list of a sale.
 *
 * @param ahead how many places are before it; 0 where it has become an order
 * @param order what it has become: units that are kept for the buyer until its deadline
 */
public record Waiting(
        Id<Sale> saleId, int quantity, int ahead, @Nullable Order order) {}
