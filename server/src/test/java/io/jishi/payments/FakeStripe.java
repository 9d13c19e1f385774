package io.jishi.payments;

import io.jishi.core.ManualTime;
import io.jishi.orders.PaymentProvider.Notice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class FakeStripe extends FakeProvider {
    private final Map<String, Answer> byKey = new ConcurrentHashMap<>();

    FakeStripe(Vertx vertx, ManualTime time) {
        super(vertx, time);
    }

    @Override
    String name() {
        return "stripe";
    }

    @Override
    Map<String, String> settings() {
        return Map.of(
                "payments.stripe.url", url(),
                "payments.stripe.secret-key", "sk_test",
                "payments.stripe.webhook-secret", "whsec_test");
    }

    @Override
    Answer answer(HttpServerRequest request, String body) {
        check("Bearer sk_test".equals(request.getHeader("Authorization")), "no key");
        check(request.getHeader("Stripe-Version") != null, "no version");
        String key = request.getHeader("Idempotency-Key");
        if (request.method().name().equals("GET")) {
            return get(request);
        }
        check(key != null, "no idempotency key");
        Answer before = byKey.get(String.valueOf(key));
        if (before != null) {
            return said(before);
        }
        Answer made = post(request.path(), body.isEmpty() ? Map.of() : Form.decode(body));
        byKey.put(String.valueOf(key), made);
        return said(made);
    }

    /** What it says; it does not sign answers, so that in a bad mood it says something else. */
    private Answer said(Answer answer) {
        return mood == Mood.UNSIGNED ? new Answer(200, Map.of(), "<html>") : answer;
    }

    private Answer get(HttpServerRequest request) {
        if (request.path().equals("/v1/refunds")) {
            Trade trade = trade(request.getParam("payment_intent"));
            JsonArray list = new JsonArray();
            if (!trade.refund.isEmpty()) {
                list.add(new JsonObject().put("status", trade.refund));
            }
            for (String part : trade.parts.keySet()) {
                list.add(new JsonObject()
                        .put("status", "succeeded")
                        .put(
                                "metadata",
                                new JsonObject().put("payment", trade.id).put("refund", part)));
            }
            return ok(new JsonObject().put("data", list));
        }
        return ok(intent(trade(request.path().substring("/v1/payment_intents/".length()))));
    }

    private Answer post(String path, Map<String, String> fields) {
        if (path.equals("/v1/payment_intents")) {
            check("cny".equals(fields.get("currency")), "currency");
            String id = fields.get("metadata[payment]");
            trades.put(id, new Trade(id, Long.parseLong(fields.get("amount"))));
            return ok(intent(trades.get(id)));
        }
        if (path.equals("/v1/refunds")) {
            Trade trade = trade(fields.get("payment_intent"));
            if (!fields.get("metadata[refund]").equals(trade.id)) {
                trade.part(fields.get("metadata[refund]"), Long.parseLong(fields.get("amount")));
                return ok(new JsonObject().put("status", "succeeded"));
            }
            check(Long.parseLong(fields.get("amount")) == trade.minor, "refund of another amount");
            trade.refund = mood == Mood.SLOW_REFUNDS ? "pending" : "succeeded";
            return ok(new JsonObject().put("status", trade.refund));
        }
        Trade trade = trade(path.split("/")[3]);
        if (trade.state.equals("paid")) {
            return new Answer(400, Map.of(), "{\"error\":{\"code\":\"payment_intent_unexpected_state\"}}");
        }
        trade.state = "closed";
        return ok(intent(trade));
    }

    private Trade trade(String reference) {
        return trades.get(reference.substring("pi_".length()));
    }

    private static JsonObject intent(Trade trade) {
        String status = trade.state.equals("paid")
                ? "succeeded"
                : trade.state.equals("closed") ? "canceled" : "requires_payment_method";
        return new JsonObject()
                .put("id", "pi_" + trade.id)
                .put("status", status)
                .put("amount", trade.minor)
                .put("amount_received", trade.state.equals("paid") ? trade.minor : 0)
                .put("currency", "cny")
                .put("client_secret", "pi_" + trade.id + "_secret")
                .put("metadata", new JsonObject().put("payment", trade.id));
    }

    private static Answer ok(JsonObject body) {
        return new Answer(200, Map.of(), body.encode());
    }

    @Override
    Notice notice(Trade trade, long minor) {
        JsonObject intent = intent(trade).put("amount_received", minor).put("amount", minor);
        String body = new JsonObject()
                .put("type", trade.state.equals("paid") ? "payment_intent.succeeded" : "payment_intent.canceled")
                .put("data", new JsonObject().put("object", intent))
                .encode();
        long now = time.instant().getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("whsec_test".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] sum = mac.doFinal((now + "." + body).getBytes(StandardCharsets.UTF_8));
            String header = "t=" + now + ",v1=" + "%064x".formatted(new BigInteger(1, sum));
            return new Notice(body, name -> name.equals("Stripe-Signature") ? header : null);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
