package io.jishi.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Money;
import io.jishi.core.Settings;
import io.jishi.orders.PaymentMethod;
import io.jishi.orders.PaymentProvider;
import io.jishi.outbound.OutboundHttp;
import io.jishi.outbound.OutboundHttp.Request;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Alipay's open platform: the buyer scans a QR code ({@code alipay.trade.precreate}), Alipay says so in a notice. Calls
 * and answers, and notices, are signed with RSA2. The payment's id is the number of the trade and of its refund, so that
 * a repeated call finds the first.
 */
final class AlipayProvider implements PaymentProvider {
    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZONE);
    private static final int SUBJECT_CHARACTERS_MAX = 120;
    private static final String DONE = "10000";
    private static final String CURRENCY = "CNY";

    private final OutboundHttp http;
    private final InstantSource clock;
    private final URI url;
    private final String app;
    private final String callback;
    private final AlipaySignature signature;
    private final Fees fees;

    AlipayProvider(OutboundHttp http, InstantSource clock, Settings settings) {
        this.http = http;
        this.clock = clock;
        url = PaymentSettings.url(settings, PaymentSettings.ALIPAY_URL);
        app = PaymentSettings.required(settings, PaymentSettings.ALIPAY_APP);
        callback = PaymentSettings.callback(settings, "alipay");
        signature = new AlipaySignature(
                RsaKeys.privateKey(
                        PaymentSettings.ALIPAY_PRIVATE_KEY.name(),
                        PaymentSettings.required(settings, PaymentSettings.ALIPAY_PRIVATE_KEY)),
                RsaKeys.publicKey(
                        PaymentSettings.ALIPAY_PUBLIC_KEY.name(),
                        PaymentSettings.required(settings, PaymentSettings.ALIPAY_PUBLIC_KEY)));
        fees = new Fees(settings.get(PaymentSettings.ALIPAY_FEE), true);
    }

    @Override
    public PaymentMethod method() {
        return PaymentMethod.ALIPAY;
    }

    @Override
    public Fees fees() {
        return fees;
    }

    @Override
    public Future<Answer> pay(Charge charge, String subject, Instant payBefore) {
        Map<String, Object> content = trade(charge);
        content.put("total_amount", yuan(charge.amount()));
        content.put(
                "subject",
                subject.codePointCount(0, subject.length()) > SUBJECT_CHARACTERS_MAX
                        ? subject.substring(0, subject.offsetByCodePoints(0, SUBJECT_CHARACTERS_MAX))
                        : subject);
        content.put("time_expire", TIME.format(payBefore));
        return call("alipay.trade.precreate", content).compose(answer -> {
            if (code(answer).equals(DONE)) {
                NextStep scan = new NextStep(
                        NextStep.Kind.QR_CODE, answer.path("qr_code").asText());
                return Future.succeededFuture(new Answer.Pending(null, scan));
            }
            // paid or closed before: say which
            return isSub(answer, "ACQ.TRADE_HAS_SUCCESS") || isSub(answer, "ACQ.TRADE_HAS_CLOSE")
                    ? find(charge)
                    : Future.failedFuture(fault(answer));
        });
    }

    @Override
    public Future<Answer> find(Charge charge) {
        return call("alipay.trade.query", trade(charge)).map(answer -> {
            if (isSub(answer, "ACQ.TRADE_NOT_EXIST")) {
                return Answer.PENDING; // it is there only once the code was scanned
            }
            if (!code(answer).equals(DONE)) {
                throw fault(answer);
            }
            return switch (answer.path("trade_status").asText()) {
                case "TRADE_SUCCESS", "TRADE_FINISHED" -> {
                    if (!fen(answer.path("total_amount").asText()).equals(charge.amount())) {
                        throw new ProviderFault("alipay took another amount for " + charge.payment());
                    }
                    yield Answer.APPROVED;
                }
                case "TRADE_CLOSED" -> Answer.DECLINED;
                default -> Answer.PENDING;
            };
        });
    }

    @Override
    public Future<Answer> close(Charge charge) {
        return call("alipay.trade.close", trade(charge))
                .compose(answer -> code(answer).equals(DONE) || isSub(answer, "ACQ.TRADE_NOT_EXIST")
                        ? Future.succeededFuture(Answer.DECLINED)
                        : find(charge));
    }

    @Override
    public Future<Refund> refund(Charge charge, Back back) {
        Map<String, Object> content = trade(charge);
        content.put("refund_amount", yuan(back.amount()));
        content.put("out_request_no", back.id().toString());
        return call("alipay.trade.refund", content).compose(answer -> {
            if (!code(answer).equals(DONE)) {
                return Future.failedFuture(fault(answer));
            }
            return answer.path("fund_change").asText().equals("Y")
                    ? Future.succeededFuture(Refund.DONE)
                    : refunded(charge, back);
        });
    }

    /** Whether an earlier refund has come to its end. */
    private Future<Refund> refunded(Charge charge, Back back) {
        Map<String, Object> content = trade(charge);
        content.put("out_request_no", back.id().toString());
        return call("alipay.trade.fastpay.refund.query", content)
                .map(answer -> code(answer).equals(DONE)
                                && answer.path("refund_status").asText().equals("REFUND_SUCCESS")
                        ? Refund.DONE
                        : Refund.PENDING);
    }

    @Override
    public Optional<Verdict> read(Notice notice) {
        Map<String, String> fields = signature.notice(notice.body());
        if (!app.equals(fields.get("app_id"))) {
            throw new NotGenuine();
        }
        String status = fields.getOrDefault("trade_status", "");
        boolean approved = status.equals("TRADE_SUCCESS") || status.equals("TRADE_FINISHED");
        if (!approved && !status.equals("TRADE_CLOSED")) {
            return Optional.empty();
        }
        Money amount = fen(fields.getOrDefault("total_amount", ""));
        return Optional.of(new Verdict(Id.parse(fields.getOrDefault("out_trade_no", "")), approved, amount, null));
    }

    private static Map<String, Object> trade(Charge charge) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("out_trade_no", charge.payment().toString());
        return content;
    }

    private Future<JsonNode> call(String method, Map<String, Object> content) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("app_id", app);
        fields.put("method", method);
        fields.put("format", "JSON");
        fields.put("charset", "utf-8");
        fields.put("sign_type", "RSA2");
        fields.put("timestamp", TIME.format(clock.instant()));
        fields.put("version", "1.0");
        fields.put("notify_url", callback);
        fields.put("biz_content", Json.encode(content).toString());
        fields.put("sign", signature.sign(fields));
        Request request = new Request("POST", url, Map.of("Content-Type", Form.TYPE), Form.encode(fields), DEADLINE);
        return http.send(request).map(reply -> {
            if (!reply.isOk()) {
                throw new ProviderFault("alipay answered " + reply.status());
            }
            return answer(method, reply.body());
        });
    }

    private JsonNode answer(String method, String body) {
        try {
            JsonNode all = Json.tree(Buffer.buffer(body));
            String name = method.replace('.', '_') + "_response";
            String signed = AlipaySignature.value(body, name);
            if (!signature.fits(signed, all.path("sign").asText())) {
                throw new ProviderFault("the answer of alipay is not signed by it");
            }
            return all.path(name);
        } catch (Invalid e) {
            throw new ProviderFault("alipay sent no JSON");
        }
    }

    private static String code(JsonNode answer) {
        return answer.path("code").asText();
    }

    private static boolean isSub(JsonNode answer, String code) {
        return answer.path("sub_code").asText().equals(code);
    }

    private static ProviderFault fault(JsonNode answer) {
        return new ProviderFault("alipay answered " + code(answer) + " "
                + answer.path("sub_code").asText());
    }

    static String yuan(Money amount) {
        if (!amount.currency().equals(CURRENCY)) {
            throw new IllegalArgumentException("alipay takes " + CURRENCY + ", not " + amount.currency());
        }
        return BigDecimal.valueOf(amount.minorUnits(), 2).toPlainString();
    }

    private static Money fen(String yuan) {
        try {
            return Money.yuan(new BigDecimal(yuan)
                    .setScale(2, RoundingMode.UNNECESSARY)
                    .unscaledValue()
                    .longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new ProviderFault("alipay named no amount");
        }
    }
}
