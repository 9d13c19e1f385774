package io.jishi.orders;

import io.jishi.orders.OrderRequest.Cancel;
import io.jishi.orders.OrderRequest.Get;
import io.jishi.orders.OrderRequest.ListOwn;
import io.jishi.orders.OrderRequest.Page;
import io.jishi.orders.OrderRequest.Pay;
import io.jishi.orders.OrderRequest.Refund;
import io.jishi.realtime.Method;

/** What may be asked about orders; those that their buyers fetch have {@link Pickups} besides. */
final class OrderMethods {
    static final Method<Pay, Paying> PAY = Method.of(
            "orders.pay",
            Pay.class,
            Paying.class,
            "Pays an order and says where to bring it; answers with the order after the provider's answer, and with what"
                    + " the buyer has to do next.",
            OrderRefusal.ORDER_NOT_FOUND,
            OrderRefusal.ORDER_EXPIRED,
            OrderRefusal.ORDER_CANCELLED,
            OrderRefusal.ORDER_REFUNDED,
            OrderRefusal.PAYMENT_DECLINED,
            OrderRefusal.DESTINATION_NEEDED,
            OrderRefusal.FETCHED_BY_BUYER,
            OrderRefusal.METHOD_NOT_OFFERED,
            OrderRefusal.PAYMENT_UNDER_WAY);
    static final Method<Cancel, Order> CANCEL = Method.of(
            "orders.cancel",
            Cancel.class,
            Order.class,
            "Gives up an order that is not paid; cancelling it again is answered the same.",
            OrderRefusal.ORDER_NOT_FOUND,
            OrderRefusal.ORDER_EXPIRED,
            OrderRefusal.ALREADY_PAID);
    static final Method<Refund, Order> REFUND = Method.of(
            "orders.refund",
            Refund.class,
            Order.class,
            "Gives all the money of an order back that was delivered or fetched, or that is paid and nobody brings.",
            OrderRefusal.ORDER_NOT_FOUND,
            OrderRefusal.NOT_REFUNDABLE);
    static final Method<Get, Order> GET =
            Method.of("orders.get", Get.class, Order.class, "One own order.", OrderRefusal.ORDER_NOT_FOUND);
    static final Method<ListOwn, Page> LIST =
            Method.of("orders.list", ListOwn.class, Page.class, "One's own orders, newest first.");

    private OrderMethods() {}
}
