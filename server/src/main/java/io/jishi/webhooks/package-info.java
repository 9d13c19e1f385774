/**
 * Tells other systems over HTTP what became of orders. Owns the table {@code webhook_delivery}; uses the kernel and the
 * orders, in whose transactions it takes part: where an event is written, so is its delivery to each subscriber.
 *
 * <p>A delivery is sent until the subscriber takes it, at least once and in no promised order, ever more rarely; what it
 * does not take for long is dead, and stays visible until somebody sends it again.
 */
@NullMarked
@Uses({"orders"})
package io.jishi.webhooks;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
