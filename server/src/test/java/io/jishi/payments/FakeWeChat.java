package io.jishi.payments;

import io.jishi.core.ManualTime;
import io.jishi.orders.PaymentProvider.Notice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

final class FakeWeChat extends FakeProvider {
    private static final String API_KEY = "0123456789abcdef0123456789abcdef";
    private static final Pattern AUTHORIZATION =
            Pattern.compile("WECHATPAY2-SHA256-RSA2048 mchid=\"1900009191\",nonce_str=\"([0-9a-f]{32})\","
                    + "signature=\"([^\"]+)\",timestamp=\"(\\d+)\",serial_no=\"5E21\"");

    private final KeyPair shop = SignaturesTest.pair();
    private final KeyPair own = SignaturesTest.pair();

    FakeWeChat(Vertx vertx, ManualTime time) {
        super(vertx, time);
    }

    @Override
    String name() {
        return "wechat";
    }

    @Override
    Map<String, String> settings() {
        Base64.Encoder base64 = Base64.getEncoder();
        return Map.of(
                "payments.wechat.url",
                url(),
                "payments.wechat.merchant-id",
                "1900009191",
                "payments.wechat.app-id",
                "wx8888",
                "payments.wechat.certificate-serial",
                "5E21",
                "payments.wechat.private-key",
                base64.encodeToString(shop.getPrivate().getEncoded()),
                "payments.wechat.api-key",
                API_KEY,
                "payments.wechat.platform-key",
                base64.encodeToString(own.getPublic().getEncoded()),
                "payments.wechat.platform-key-id",
                "PUB_KEY_ID_1");
    }

    @Override
    Answer answer(HttpServerRequest request, String body) {
        Matcher header = AUTHORIZATION.matcher(String.valueOf(request.getHeader("Authorization")));
        check(header.matches(), "authorization");
        String text = request.method().name() + "\n" + request.uri() + "\n" + header.group(3) + "\n" + header.group(1)
                + "\n" + body + "\n";
        check(Signing.isSigned(shop.getPublic(), text, header.group(2)), "signature");
        check(Math.abs(Long.parseLong(header.group(3)) - time.instant().getEpochSecond()) <= 300, "time");
        return signed(route(request, body.isEmpty() ? new JsonObject() : new JsonObject(body)));
    }

    private Answer route(HttpServerRequest request, JsonObject body) {
        String path = request.path();
        if (path.equals("/v3/pay/transactions/native")) {
            check(body.getString("notify_url").equals("https://shop.example/api/payments/wechat/callback"), "notify");
            check(body.getString("time_expire").matches("2026-01-01T08:0\\d:\\d\\d\\+08:00"), "time_expire");
            String id = body.getString("out_trade_no");
            trades.computeIfAbsent(
                    id, made -> new Trade(id, body.getJsonObject("amount").getLong("total")));
            return json(200, new JsonObject().put("code_url", "weixin://wxpay/" + id));
        }
        if (path.equals("/v3/refund/domestic/refunds")) {
            Trade trade = trades.get(body.getString("out_trade_no"));
            JsonObject amount = body.getJsonObject("amount");
            if (!body.getString("out_refund_no").equals(trade.id)) {
                check(amount.getLong("total") == trade.minor, "total of a part");
                trade.part(body.getString("out_refund_no"), amount.getLong("refund"));
                return json(200, new JsonObject().put("status", "SUCCESS"));
            }
            check(amount.getLong("refund") == trade.minor && amount.getLong("total") == trade.minor, "refund amount");
            trade.refund = mood == Mood.SLOW_REFUNDS ? "pending" : "succeeded";
            return refund(trade);
        }
        if (path.startsWith("/v3/refund/domestic/refunds/")) {
            String number = path.substring("/v3/refund/domestic/refunds/".length());
            Trade trade = trades.get(number);
            if (trade == null) {
                boolean known = trades.values().stream().anyMatch(each -> each.parts.containsKey(number));
                return json(known ? 200 : 404, new JsonObject().put("status", "SUCCESS"));
            }
            return trade.refund.isEmpty()
                    ? json(404, new JsonObject().put("code", "RESOURCE_NOT_EXISTS"))
                    : refund(trade);
        }
        String id = path.split("/")[5];
        Trade trade = trades.get(id);
        if (path.endsWith("/close")) {
            if (trade.state.equals("paid")) {
                return json(400, new JsonObject().put("code", "ORDERPAID"));
            }
            trade.state = "closed";
            return new Answer(204, Map.of(), "");
        }
        check("1900009191".equals(request.getParam("mchid")), "mchid");
        return json(200, trade(trade, trade.minor));
    }

    private Answer refund(Trade trade) {
        return json(200, new JsonObject().put("status", trade.refund.equals("succeeded") ? "SUCCESS" : "PROCESSING"));
    }

    private static JsonObject trade(Trade trade, long minor) {
        String state = trade.state.equals("paid") ? "SUCCESS" : trade.state.equals("closed") ? "CLOSED" : "NOTPAY";
        return new JsonObject()
                .put("mchid", "1900009191")
                .put("appid", "wx8888")
                .put("out_trade_no", trade.id)
                .put("trade_state", state)
                .put("amount", new JsonObject().put("total", minor).put("currency", "CNY"));
    }

    private static Answer json(int status, JsonObject body) {
        return new Answer(status, Map.of(), body.encode());
    }

    private Answer signed(Answer answer) {
        String body = mood == Mood.UNSIGNED ? answer.body() + " " : answer.body();
        return new Answer(answer.status(), headers(body), answer.body());
    }

    private Map<String, String> headers(String body) {
        long now = time.instant().getEpochSecond();
        return Map.of(
                "Wechatpay-Timestamp",
                Long.toString(now),
                "Wechatpay-Nonce",
                "n1",
                "Wechatpay-Serial",
                "PUB_KEY_ID_1",
                "Wechatpay-Signature",
                Signing.sign(own.getPrivate(), now + "\nn1\n" + body + "\n"));
    }

    @Override
    Notice notice(Trade trade, long minor) {
        String body = new JsonObject()
                .put("event_type", "TRANSACTION.SUCCESS")
                .put(
                        "resource",
                        new JsonObject()
                                .put("algorithm", "AEAD_AES_256_GCM")
                                .put("nonce", "fdasflkja484")
                                .put("associated_data", "transaction")
                                .put("ciphertext", encrypt(trade(trade, minor).encode())))
                .encode();
        Map<String, String> headers = headers(body);
        return new Notice(body, headers::get);
    }

    private static String encrypt(String text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(API_KEY.getBytes(StandardCharsets.US_ASCII), "AES"),
                    new GCMParameterSpec(128, "fdasflkja484".getBytes(StandardCharsets.US_ASCII)));
            cipher.updateAAD("transaction".getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(cipher.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
