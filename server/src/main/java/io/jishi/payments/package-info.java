/**
 * Real payment providers behind {@link io.jishi.orders.PaymentProvider}: Stripe, Alipay and WeChat Pay, each over HTTP
 * with the signatures that it documents. Owns no table; uses the kernel and the orders, whose seam it fills.
 *
 * <p>Their Java libraries block a thread for each call, which no event loop can afford; what is needed of them is a few
 * calls and a signature each, so it is here.
 */
@NullMarked
@Uses({"orders"})
package io.jishi.payments;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
