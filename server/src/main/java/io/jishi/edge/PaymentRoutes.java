package io.jishi.edge;

import io.jishi.edge.Route.RawBody;
import io.jishi.orders.OrderRefusal;
import io.jishi.orders.Orders;
import io.jishi.orders.PaymentMethod;
import io.jishi.orders.PaymentProvider.Notice;
import io.jishi.realtime.Method;
import org.jspecify.annotations.Nullable;

/** Where payment providers send their notices. */
public final class PaymentRoutes {
    static final Route<RawBody, Method.Nothing> SANDBOX = Route.post(
                    "/api/payments/sandbox/callback",
                    RawBody.class,
                    Method.Nothing.class,
                    "Takes a notice of the payment sandbox, signed as it stands; a repeated notice changes nothing.")
            .answering(204)
            .refusing(OrderRefusal.PAYMENT_NOT_GENUINE, 400);

    private static final String SIGNATURE = "X-Signature";

    private PaymentRoutes() {}

    public static void add(HttpEdge edge, Orders orders) {
        edge.add(
                SANDBOX,
                request -> orders.settle(PaymentMethod.SANDBOX, notice(request.body()))
                        .map(settled -> settled.map(done -> new Method.Nothing())));
    }

    private static Notice notice(RawBody body) {
        @Nullable String signature = body.header().apply(SIGNATURE);
        return new Notice(body.bytes().toString(), signature == null ? "" : signature);
    }
}
