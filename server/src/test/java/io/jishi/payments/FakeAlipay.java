package io.jishi.payments;

import io.jishi.core.ManualTime;
import io.jishi.orders.PaymentProvider.Notice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class FakeAlipay extends FakeProvider {
    private final KeyPair shop = SignaturesTest.pair();
    private final KeyPair own = SignaturesTest.pair();

    FakeAlipay(Vertx vertx, ManualTime time) {
        super(vertx, time);
    }

    @Override
    String name() {
        return "alipay";
    }

    @Override
    Map<String, String> settings() {
        Base64.Encoder base64 = Base64.getEncoder();
        return Map.of(
                "payments.alipay.url",
                url() + "/gateway.do",
                "payments.alipay.app-id",
                "2021",
                "payments.alipay.private-key",
                base64.encodeToString(shop.getPrivate().getEncoded()),
                "payments.alipay.public-key",
                base64.encodeToString(own.getPublic().getEncoded()));
    }

    @Override
    Answer answer(HttpServerRequest request, String body) {
        Map<String, String> fields = Form.decode(body);
        check(request.path().equals("/gateway.do") && "2021".equals(fields.get("app_id")), "address");
        check("RSA2".equals(fields.get("sign_type")) && "1.0".equals(fields.get("version")), "version");
        check(fields.get("timestamp").matches("2026-01-01 \\d\\d:\\d\\d:\\d\\d"), "the time is not Shanghai's");
        check("https://shop.example/api/payments/alipay/callback".equals(fields.get("notify_url")), "notify");
        check(Signing.isSigned(shop.getPublic(), joined(fields, List.of("sign")), fields.get("sign")), "signature");
        JsonObject content = new JsonObject(fields.get("biz_content"));
        JsonObject inner = inner(fields.get("method"), content).put("out_trade_no", content.getString("out_trade_no"));
        String name = fields.get("method").replace('.', '_') + "_response";
        String signed = Signing.sign(own.getPrivate(), mood == Mood.UNSIGNED ? inner + " " : inner.encode());
        return new Answer(200, Map.of(), "{\"" + name + "\":" + inner.encode() + ",\"sign\":\"" + signed + "\"}");
    }

    private JsonObject inner(String method, JsonObject content) {
        String id = content.getString("out_trade_no");
        if (method.equals("alipay.trade.precreate")) {
            check(content.getString("total_amount").matches("\\d+\\.\\d\\d"), "amount");
            check(content.getString("time_expire").startsWith("2026-01-01 08:0"), "time_expire");
            trades.computeIfAbsent(id, made -> new Trade(id, fen(content.getString("total_amount"))));
            return ok().put("qr_code", "https://qr.alipay.com/" + id);
        }
        Trade trade = trades.get(id);
        return switch (method) {
            case "alipay.trade.query" ->
                trade.state.equals("open")
                        ? no("ACQ.TRADE_NOT_EXIST")
                        : ok().put("trade_status", status(trade)).put("total_amount", yuan(trade.minor));
            case "alipay.trade.close" -> {
                if (trade.state.equals("paid")) {
                    yield no("ACQ.TRADE_STATUS_ERROR");
                }
                trade.state = "closed";
                yield ok();
            }
            case "alipay.trade.refund" -> {
                String number = content.getString("out_request_no");
                if (!number.equals(id)) {
                    yield ok().put(
                                    "fund_change",
                                    trade.part(number, fen(content.getString("refund_amount"))) ? "Y" : "N");
                }
                check(fen(content.getString("refund_amount")) == trade.minor, "refund of another amount");
                check(content.getString("out_request_no").equals(id), "refund without a number");
                boolean first = trade.refund.isEmpty();
                if (first) {
                    trade.refund = mood == Mood.SLOW_REFUNDS ? "pending" : "succeeded";
                }
                yield ok().put("fund_change", first && trade.refund.equals("succeeded") ? "Y" : "N");
            }
            case "alipay.trade.fastpay.refund.query" ->
                trade.refund.equals("succeeded") || trade.parts.containsKey(content.getString("out_request_no"))
                        ? ok().put("refund_status", "REFUND_SUCCESS")
                        : ok();
            default -> throw new IllegalArgumentException(method);
        };
    }

    private static String status(Trade trade) {
        return trade.state.equals("paid") ? "TRADE_SUCCESS" : "TRADE_CLOSED";
    }

    private static JsonObject ok() {
        return new JsonObject().put("code", "10000").put("msg", "Success");
    }

    private static JsonObject no(String code) {
        return new JsonObject()
                .put("code", "40004")
                .put("msg", "Business Failed")
                .put("sub_code", code);
    }

    private static long fen(String yuan) {
        return new BigDecimal(yuan).movePointRight(2).longValueExact();
    }

    private static String yuan(long fen) {
        return "%d.%02d".formatted(fen / 100, fen % 100);
    }

    @Override
    Notice notice(Trade trade, long minor) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("trade_status", status(trade));
        fields.put("out_trade_no", trade.id);
        fields.put("app_id", "2021");
        fields.put("total_amount", yuan(minor));
        fields.put("subject", "茶 × 3");
        fields.put("charset", "utf-8");
        fields.put("sign_type", "RSA2");
        fields.put("sign", Signing.sign(own.getPrivate(), joined(fields, List.of("sign", "sign_type"))));
        return new Notice(Form.encode(fields), name -> null);
    }

    private static String joined(Map<String, String> fields, List<String> without) {
        List<String> names = new ArrayList<>(fields.keySet());
        names.removeAll(without);
        Collections.sort(names);
        StringBuilder joined = new StringBuilder();
        for (String name : names) {
            joined.append(joined.isEmpty() ? "" : "&").append(name).append('=').append(fields.get(name));
        }
        return joined.toString();
    }
}
