package io.jishi.edge;

import io.jishi.core.Outcome;
import io.jishi.edge.Route.PlainText;
import io.jishi.edge.Route.RawBody;
import io.jishi.orders.OrderRefusal;
import io.jishi.orders.Orders;
import io.jishi.orders.PaymentMethod;
import io.jishi.orders.PaymentProvider.Notice;
import io.jishi.realtime.Method;
import io.vertx.core.Future;

/** Where payment providers send their notices, each signed as its bytes stand; a repeated one changes nothing. */
public final class PaymentRoutes {
    static final Route<RawBody, Method.Nothing> SANDBOX = refusing(Route.post(
                    "/api/payments/sandbox/callback",
                    RawBody.class,
                    Method.Nothing.class,
                    "Takes a notice of the payment sandbox, signed as it stands; a repeated notice changes nothing.")
            .answering(204));
    static final Route<RawBody, Method.Nothing> STRIPE = refusing(Route.post(
                    "/api/payments/stripe/callback",
                    RawBody.class,
                    Method.Nothing.class,
                    "Takes an event of Stripe, signed as it stands; a repeated event changes nothing.")
            .answering(204));
    static final Route<RawBody, PlainText> ALIPAY = refusing(Route.post(
            "/api/payments/alipay/callback",
            RawBody.class,
            PlainText.class,
            "Takes a notice of Alipay, signed as it stands; a repeated notice changes nothing."));
    static final Route<RawBody, Method.Nothing> WECHAT = refusing(Route.post(
                    "/api/payments/wechat/callback",
                    RawBody.class,
                    Method.Nothing.class,
                    "Takes a notice of WeChat Pay, signed as it stands; a repeated notice changes nothing.")
            .answering(204));

    /** What Alipay wants to read, or it repeats itself. */
    private static final PlainText TAKEN = new PlainText("success");

    private PaymentRoutes() {}

    public static void add(HttpEdge edge, Orders orders) {
        edge.add(SANDBOX, request -> settle(orders, PaymentMethod.SANDBOX, request.body()));
        edge.add(STRIPE, request -> settle(orders, PaymentMethod.STRIPE, request.body()));
        edge.add(
                ALIPAY,
                request -> settle(orders, PaymentMethod.ALIPAY, request.body())
                        .map(settled -> settled.map(done -> TAKEN)));
        edge.add(WECHAT, request -> settle(orders, PaymentMethod.WECHAT, request.body()));
    }

    private static Future<Outcome<Method.Nothing>> settle(Orders orders, PaymentMethod method, RawBody body) {
        return orders.settle(method, new Notice(body.bytes().toString(), body.header()))
                .map(settled -> settled.map(done -> new Method.Nothing()));
    }

    private static <R> Route<RawBody, R> refusing(Route<RawBody, R> route) {
        return route.refusing(OrderRefusal.PAYMENT_NOT_GENUINE, 400)
                .refusing(OrderRefusal.PAYMENT_NOT_KNOWN, 400)
                .refusing(OrderRefusal.METHOD_NOT_OFFERED, 404);
    }
}
