package io.jishi.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Money;
import io.jishi.core.Settings;
import io.jishi.orders.Payment;
import io.jishi.orders.PaymentMethod;
import io.jishi.orders.PaymentProvider;
import io.jishi.outbound.OutboundHttp;
import io.jishi.outbound.OutboundHttp.Reply;
import io.jishi.outbound.OutboundHttp.Request;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Stripe, with PaymentIntents: the shop makes an intent, the buyer confirms it in the page with its client secret, Stripe
 * says so in an event. Every change carries an idempotency key made of the payment's id, so that a repeated one finds the
 * first.
 */
final class StripeProvider implements PaymentProvider {
    /** The version of the interface that this speaks, whatever the account is set to. */
    private static final String VERSION = "2024-06-20";

    private static final Duration DEADLINE = Duration.ofSeconds(4);

    private final OutboundHttp http;
    private final String url;
    private final String key;
    private final StripeSignature signature;
    private final Fees fees;

    StripeProvider(OutboundHttp http, InstantSource clock, Settings settings) {
        this.http = http;
        url = PaymentSettings.url(settings, PaymentSettings.STRIPE_URL).toString();
        key = PaymentSettings.required(settings, PaymentSettings.STRIPE_KEY);
        signature =
                new StripeSignature(PaymentSettings.required(settings, PaymentSettings.STRIPE_WEBHOOK_SECRET), clock);
        fees = new Fees(settings.get(PaymentSettings.STRIPE_FEE), false);
    }

    @Override
    public PaymentMethod method() {
        return PaymentMethod.STRIPE;
    }

    @Override
    public Fees fees() {
        return fees;
    }

    @Override
    public Future<Answer> pay(Charge charge, String subject, Instant payBefore) {
        return create(charge, subject).map(intent -> answer(charge, intent));
    }

    private Future<JsonNode> create(Charge charge, String subject) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("amount", Long.toString(charge.amount().minorUnits()));
        fields.put("currency", charge.amount().currency().toLowerCase(Locale.ROOT));
        fields.put("automatic_payment_methods[enabled]", "true");
        fields.put("description", subject);
        fields.put("metadata[payment]", charge.payment().toString());
        return post("/v1/payment_intents", fields, charge.payment() + "-pay").map(StripeProvider::ok);
    }

    @Override
    public Future<Answer> find(Charge charge) {
        return charge.reference() == null
                ? Future.succeededFuture(Answer.PENDING)
                : get("/v1/payment_intents/" + charge.reference()).map(reply -> answer(charge, ok(reply)));
    }

    /** An intent that the shop knows no name of was never shown to its buyer, so nobody can confirm it. */
    @Override
    public Future<Answer> close(Charge charge) {
        if (charge.reference() == null) {
            return Future.succeededFuture(Answer.DECLINED);
        }
        return post("/v1/payment_intents/" + charge.reference() + "/cancel", Map.of(), charge.payment() + "-close")
                .compose(reply -> reply.isOk() ? Future.succeededFuture(answer(charge, ok(reply))) : find(charge));
    }

    /** Looks first whether the refund is there, as idempotency keys are forgotten after a day. */
    @Override
    public Future<Refund> refund(Charge charge, Back back) {
        if (charge.reference() == null) {
            return Future.failedFuture(new ProviderFault("the payment has no reference to refund"));
        }
        return get("/v1/refunds?limit=100&payment_intent=" + charge.reference()).compose(reply -> {
            for (JsonNode refund : ok(reply).path("data")) {
                String status = refund.path("status").asText();
                if (isOf(refund, charge, back) && !status.equals("failed") && !status.equals("canceled")) {
                    return Future.succeededFuture(refund(status));
                }
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("payment_intent", charge.reference());
            fields.put("amount", Long.toString(back.amount().minorUnits()));
            fields.put("metadata[payment]", charge.payment().toString());
            fields.put("metadata[refund]", back.id().toString());
            return post("/v1/refunds", fields, back.id() + "-refund")
                    .map(made -> refund(ok(made).path("status").asText()));
        });
    }

    /** Refunds that were made before they had an id of their own were of the whole payment. */
    private static boolean isOf(JsonNode refund, Charge charge, Back back) {
        String id = refund.at("/metadata/refund").asText();
        return (id.isEmpty() ? charge.payment() : id)
                .toString()
                .equals(back.id().toString());
    }

    private static Refund refund(String status) {
        return switch (status) {
            case "succeeded" -> Refund.DONE;
            case "pending", "requires_action" -> Refund.PENDING;
            default -> throw new ProviderFault("stripe refund " + status);
        };
    }

    private static Answer answer(Charge charge, JsonNode intent) {
        String id = intent.path("id").asText();
        return switch (intent.path("status").asText()) {
            case "succeeded" -> {
                Money received = new Money(
                        intent.path("amount_received").asLong(),
                        intent.path("currency").asText().toUpperCase(Locale.ROOT));
                if (!received.equals(charge.amount())) {
                    throw new ProviderFault("stripe took another amount for " + charge.payment());
                }
                yield new Answer.Approved(id);
            }
            case "canceled" -> Answer.DECLINED;
            default ->
                new Answer.Pending(
                        id,
                        new NextStep(
                                NextStep.Kind.CLIENT_SECRET,
                                intent.path("client_secret").asText()));
        };
    }

    /** A failed attempt decides nothing: the buyer may try again with another card. */
    @Override
    public Optional<Verdict> read(Notice notice) {
        signature.check(notice);
        JsonNode event = tree(notice.body());
        JsonNode intent = event.at("/data/object");
        String payment = intent.at("/metadata/payment").asText();
        if (payment.isEmpty()) {
            return Optional.empty();
        }
        String type = event.path("type").asText();
        boolean approved = type.equals("payment_intent.succeeded");
        if (!approved && !type.equals("payment_intent.canceled")) {
            return Optional.empty();
        }
        Money amount = new Money(
                intent.path(approved ? "amount_received" : "amount").asLong(),
                intent.path("currency").asText().toUpperCase(Locale.ROOT));
        Id<Payment> id = Id.parse(payment);
        return Optional.of(new Verdict(id, approved, amount, intent.path("id").asText()));
    }

    private Future<Reply> post(String path, Map<String, String> fields, String idempotencyKey) {
        Map<String, String> headers = headers();
        headers.put("Content-Type", Form.TYPE);
        headers.put("Idempotency-Key", idempotencyKey);
        return http.send(new Request("POST", URI.create(url + path), headers, Form.encode(fields), DEADLINE));
    }

    private Future<Reply> get(String path) {
        return http.send(new Request("GET", URI.create(url + path), headers(), "", DEADLINE));
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + key);
        headers.put("Stripe-Version", VERSION);
        return headers;
    }

    private static JsonNode ok(Reply reply) {
        if (!reply.isOk()) {
            throw new ProviderFault("stripe answered " + reply.status());
        }
        return tree(reply.body());
    }

    private static JsonNode tree(String body) {
        try {
            return Json.tree(Buffer.buffer(body));
        } catch (Invalid e) {
            throw new ProviderFault("stripe sent no JSON");
        }
    }
}
