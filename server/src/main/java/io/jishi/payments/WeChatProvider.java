package io.jishi.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Money;
import io.jishi.core.Settings;
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
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * WeChat Pay, interface version 3, Native: the buyer scans a QR code, WeChat Pay says so in an encrypted notice. The
 * payment's id is the number of the trade and of its refund, so that a repeated call finds the first.
 */
final class WeChatProvider implements PaymentProvider {
    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX").withZone(ZoneId.of("Asia/Shanghai"));
    private static final int SUBJECT_CHARACTERS_MAX = 40;
    private static final int NOT_FOUND = 404;

    private final OutboundHttp http;
    private final String url;
    private final String merchant;
    private final String app;
    private final String callback;
    private final WeChatSignature signature;
    private final WeChatCipher cipher;
    private final Fees fees;

    WeChatProvider(OutboundHttp http, InstantSource clock, RandomGenerator random, Settings settings) {
        this.http = http;
        url = PaymentSettings.url(settings, PaymentSettings.WECHAT_URL).toString();
        merchant = PaymentSettings.required(settings, PaymentSettings.WECHAT_MERCHANT);
        app = PaymentSettings.required(settings, PaymentSettings.WECHAT_APP);
        callback = PaymentSettings.callback(settings, "wechat");
        String platform = PaymentSettings.required(settings, PaymentSettings.WECHAT_PLATFORM_KEY);
        String platformName = PaymentSettings.WECHAT_PLATFORM_KEY.name();
        signature = new WeChatSignature(
                merchant,
                PaymentSettings.required(settings, PaymentSettings.WECHAT_SERIAL),
                RsaKeys.privateKey(
                        PaymentSettings.WECHAT_PRIVATE_KEY.name(),
                        PaymentSettings.required(settings, PaymentSettings.WECHAT_PRIVATE_KEY)),
                RsaKeys.serialOf(platformName, platform, settings.get(PaymentSettings.WECHAT_PLATFORM_KEY_ID)),
                RsaKeys.publicKey(platformName, platform),
                clock,
                random);
        cipher = new WeChatCipher(PaymentSettings.required(settings, PaymentSettings.WECHAT_API_KEY));
        fees = new Fees(settings.get(PaymentSettings.WECHAT_FEE), true);
    }

    @Override
    public PaymentMethod method() {
        return PaymentMethod.WECHAT;
    }

    @Override
    public Fees fees() {
        return fees;
    }

    @Override
    public Future<Answer> pay(Charge charge, String subject, Instant payBefore) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("appid", app);
        body.put("mchid", merchant);
        body.put(
                "description",
                subject.codePointCount(0, subject.length()) > SUBJECT_CHARACTERS_MAX
                        ? subject.substring(0, subject.offsetByCodePoints(0, SUBJECT_CHARACTERS_MAX))
                        : subject);
        body.put("out_trade_no", charge.payment().toString());
        body.put("time_expire", TIME.format(payBefore));
        body.put("notify_url", callback);
        body.put("amount", amount(charge.amount(), "total"));
        return post("/v3/pay/transactions/native", body).compose(reply -> {
            if (reply.isOk()) {
                NextStep scan = new NextStep(
                        NextStep.Kind.QR_CODE, tree(reply).path("code_url").asText());
                return Future.succeededFuture(new Answer.Pending(null, scan));
            }
            // paid or closed before: say which
            return isCode(reply, "ORDERPAID") || isCode(reply, "ORDER_CLOSED")
                    ? find(charge)
                    : Future.failedFuture(fault(reply));
        });
    }

    @Override
    public Future<Answer> find(Charge charge) {
        return get("/v3/pay/transactions/out-trade-no/" + charge.payment() + "?mchid=" + merchant)
                .map(reply -> {
                    if (reply.status() == NOT_FOUND) {
                        return Answer.PENDING;
                    }
                    if (!reply.isOk()) {
                        throw fault(reply);
                    }
                    return answer(charge, tree(reply));
                });
    }

    private static Answer answer(Charge charge, JsonNode trade) {
        return switch (trade.path("trade_state").asText()) {
            case "SUCCESS", "REFUND" -> {
                if (!money(trade).equals(charge.amount())) {
                    throw new ProviderFault("wechat took another amount for " + charge.payment());
                }
                yield Answer.APPROVED;
            }
            case "CLOSED", "REVOKED", "PAYERROR" -> Answer.DECLINED;
            default -> Answer.PENDING;
        };
    }

    @Override
    public Future<Answer> close(Charge charge) {
        return post("/v3/pay/transactions/out-trade-no/" + charge.payment() + "/close", Map.of("mchid", merchant))
                .compose(reply -> reply.isOk() || reply.status() == NOT_FOUND
                        ? Future.succeededFuture(Answer.DECLINED)
                        : find(charge));
    }

    @Override
    public Future<Refund> refund(Charge charge, Back back) {
        return get("/v3/refund/domestic/refunds/" + back.id()).compose(found -> {
            if (found.status() != NOT_FOUND) {
                return Future.succeededFuture(refund(found));
            }
            Map<String, Object> amount = amount(back.amount(), "refund");
            amount.put("total", charge.amount().minorUnits());
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("out_trade_no", charge.payment().toString());
            body.put("out_refund_no", back.id().toString());
            body.put("amount", amount);
            return post("/v3/refund/domestic/refunds", body).map(WeChatProvider::refund);
        });
    }

    private static Refund refund(Reply reply) {
        if (!reply.isOk()) {
            throw fault(reply);
        }
        String status = tree(reply).path("status").asText();
        return switch (status) {
            case "SUCCESS" -> Refund.DONE;
            case "PROCESSING" -> Refund.PENDING;
            default -> throw new ProviderFault("wechat refund " + status);
        };
    }

    @Override
    public Optional<Verdict> read(Notice notice) {
        signature.check(notice.required("Wechatpay-Serial"), notice.header(), notice.body(), NotGenuine::new);
        JsonNode resource = tree(notice.body()).path("resource");
        JsonNode trade = tree(cipher.decrypt(resource));
        if (!trade.has("trade_state")) {
            return Optional.empty(); // of a refund
        }
        if (!trade.path("mchid").asText().equals(merchant)
                || !trade.path("appid").asText().equals(app)) {
            throw new NotGenuine();
        }
        boolean approved = trade.path("trade_state").asText().equals("SUCCESS");
        return approved
                ? Optional.of(new Verdict(Id.parse(trade.path("out_trade_no").asText()), true, money(trade), null))
                : Optional.empty();
    }

    private static Money money(JsonNode trade) {
        return new Money(
                trade.at("/amount/total").asLong(), trade.at("/amount/currency").asText("CNY"));
    }

    private static Map<String, Object> amount(Money money, String field) {
        Map<String, Object> amount = new LinkedHashMap<>();
        amount.put(field, money.minorUnits());
        amount.put("currency", money.currency());
        return amount;
    }

    private Future<Reply> post(String path, Map<String, ?> body) {
        return call("POST", path, Json.encode(body).toString());
    }

    private Future<Reply> get(String path) {
        return call("GET", path, "");
    }

    /** An answer that WeChat Pay did not sign is none, whatever it says. */
    private Future<Reply> call(String method, String path, String body) {
        URI target = URI.create(url + path);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", signature.authorization(method, OutboundHttp.pathOf(target), body));
        headers.put("Accept", "application/json");
        headers.put("Wechatpay-Serial", signature.platformSerial());
        if (!body.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        return http.send(new Request(method, target, headers, body, DEADLINE)).map(reply -> {
            String serial = reply.header().apply("Wechatpay-Serial");
            if (reply.isOk() || serial != null) {
                signature.check(
                        serial == null ? "" : serial,
                        reply.header(),
                        reply.body(),
                        () -> new ProviderFault("the answer of wechat is not signed by it"));
            }
            return reply;
        });
    }

    private static boolean isCode(Reply reply, String code) {
        return tree(reply).path("code").asText().equals(code);
    }

    private static ProviderFault fault(Reply reply) {
        return new ProviderFault("wechat answered " + reply.status() + " "
                + tree(reply).path("code").asText());
    }

    private static JsonNode tree(Reply reply) {
        return tree(reply.body());
    }

    private static JsonNode tree(String body) {
        try {
            return Json.tree(Buffer.buffer(body));
        } catch (Invalid e) {
            throw new ProviderFault("wechat sent no JSON");
        }
    }
}
