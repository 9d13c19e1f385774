package io.jishi.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Invalid;
import io.jishi.orders.PaymentProvider.NotGenuine;
import io.jishi.orders.PaymentProvider.Notice;
import io.jishi.realtime.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The providers' signatures against what others have computed: texts and ciphertexts from their documentation and
 * libraries where these exist, else OpenSSL 3.
 */
class SignaturesTest {
    /** Text and key of wechatpay-java's AeadAesCipherTest. */
    private static final String API_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";

    private static final String CIPHERTEXT = "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=";

    /** Made with: openssl dgst -sha256 -sign, over the text that WeChat Pay's page on verification builds. */
    private static final String WECHAT_SIGNATURE =
            "JrsqoCZuOIesDpoB4sehPKm07gqhA1f0Z08kPO07FULzinVJa5yj3g9t3sCJz6X48XrD3+md7xXBhDhBpVTs/MW/P18L7SmIFrz5uFgpyT2nx5pLOkPd00Ez1+arO09575zXprMC4cgiYI8e4vw4B0wu7kRL0lGpTGYHRJj0j0ToGvIrPd/TPDOop7xCd78KX5cW25C2rSucEJuvHG0gTWGE6Hz4Okijel79oj4bjqAhi5f9k6EYO7bEqx/SoYno6N1bo2uqFCTa18HN8sGwmOPaGFBSacaZfx2XmibTFmFR+/ER4FqRiK0sO3eC5r6HMzzG/ERQ8/XQBoDhV93QkQ==";

    /** The same over the text that Alipay's page on notices builds of its example. */
    private static final String ALIPAY_SIGNATURE =
            "bzkcYrkaEV2muAcEqi7OGWVwWh1XgcUu0aZHmaexy9PDQxLQyEEAjaUHsya04F3FrNyuAghzXZcQKm4HVTRCRbOyLR0c4qAemylhViTLI1bJCfI+HSXFVlTAXrUvcJGAQIJmBmr7u1dZDCSiJuEX68s03cnM4xRQf11ZRF0QW4RHnZWaud6KWPxsvIcdgWK5tRKIK03EdI59WoigYKnjyStpfJZjNZITM15IbzvWZdIKU8A/kf0ik2rQC42df034k/v4GP2qtum/cXUUVYyWSlzjf1xrODwL290czP6Na+xE8cQo2xgpWjlXE+ZGNG1Mcs0JSw2EPw8jqGOaeuTqxQ==";

    /** The fields of that example. */
    private static final Map<String, String> ALIPAY_NOTICE = fields(
            "total_amount",
            "2.00",
            "buyer_id",
            "2088102116773037",
            "body",
            "大乐透2.1",
            "trade_no",
            "2016071921001003030200089909",
            "refund_fee",
            "0.00",
            "notify_time",
            "2016-07-19 14:10:49",
            "subject",
            "大乐透2.1",
            "sign_type",
            "RSA2",
            "charset",
            "utf-8",
            "notify_type",
            "trade_status_sync",
            "out_trade_no",
            "0719141034-6418",
            "gmt_close",
            "2016-07-19 14:10:46",
            "gmt_payment",
            "2016-07-19 14:10:47",
            "trade_status",
            "TRADE_SUCCESS",
            "version",
            "1.0",
            "app_id",
            "2015102700040153",
            "seller_id",
            "2088102119685838",
            "notify_id",
            "4a91b7a78a503640467525113fb7d8bg8e");

    @Test
    @DisplayName("[PA1] Stripe's signature is checked over time and body, with the secret, within five minutes")
    void stripe() {
        // computed with: openssl dgst -sha256 -hmac whsec_test_secret
        String v1 = "13941114bb88ac44a76abcfddea5b92aa6182a4b63d8be3aae908a616083bd7e";
        String body = "{\"id\":\"evt_test\"}";
        String genuine = "t=1700000000,v1=" + v1;
        accepted(1_700_000_000, body, genuine);
        accepted(1_700_000_300, body, genuine);
        accepted(1_699_999_700, body, "t=1700000000,v0=ab,v1=00" + v1.substring(2) + ",v1=" + v1);
        refused(1_700_000_301, body, genuine);
        refused(1_699_999_699, body, genuine);
        refused(1_700_000_000, body + " ", genuine);
        refused(1_700_000_000, body, "t=1700000001,v1=" + v1);
        refused(1_700_000_000, body, "t=1700000000,v0=" + v1);
        refused(1_700_000_000, body, "t=1700000000");
        refused(1_700_000_000, body, "v1=" + v1);
        refused(1_700_000_000, body, "");
        refused(1_700_000_000, body, "t=x,v1=" + v1);
    }

    private static void accepted(long now, String body, String header) {
        assertThatCode(() -> check(now, body, header)).doesNotThrowAnyException();
    }

    private static void refused(long now, String body, String header) {
        assertThatThrownBy(() -> check(now, body, header)).isInstanceOf(NotGenuine.class);
    }

    private static void check(long now, String body, String header) {
        new StripeSignature("whsec_test_secret", () -> Instant.ofEpochSecond(now))
                .check(new Notice(body, name -> name.equals("Stripe-Signature") ? header : null));
    }

    @Test
    @DisplayName("[PA2] Alipay's notice is checked over its decoded fields in order, as its documentation builds them")
    void alipayNotice() {
        AlipaySignature signature = new AlipaySignature(pair().getPrivate(), provider());
        Map<String, String> signed = new LinkedHashMap<>(ALIPAY_NOTICE);
        signed.put("sign", ALIPAY_SIGNATURE);
        assertThat(signature.notice(Form.encode(signed))).containsEntry("trade_status", "TRADE_SUCCESS");
        for (String field : List.of("total_amount", "out_trade_no", "app_id", "sign", "sign_type")) {
            Map<String, String> altered = new LinkedHashMap<>(signed);
            altered.put(field, "9" + altered.get(field));
            assertThatThrownBy(() -> signature.notice(Form.encode(altered)))
                    .as(field)
                    .isInstanceOf(NotGenuine.class);
        }
        String twice = Form.encode(signed) + "&total_amount=1.00";
        for (String body : List.of("", "x", "a=%zz", twice)) {
            assertThatThrownBy(() -> signature.notice(body)).as(body).isInstanceOf(NotGenuine.class);
        }
    }

    @Test
    @DisplayName("[PA2] a call to Alipay is signed over its fields in order, without empty ones")
    void alipayCall() throws Exception {
        KeyPair own = pair();
        AlipaySignature signature = new AlipaySignature(own.getPrivate(), provider());
        Map<String, String> fields = fields("method", "alipay.trade.query", "b", "", "app_id", "1", "sign", "x");
        assertThat(AlipaySignature.content(fields)).isEqualTo("app_id=1&method=alipay.trade.query");
        assertThat(Signing.isSigned(own.getPublic(), "app_id=1&method=alipay.trade.query", signature.sign(fields)))
                .isTrue();
    }

    @Test
    @DisplayName("[PA2] signed of Alipay's answer are the bytes of its inner object as they were sent")
    void alipayAnswer() {
        String inner = "{\"code\":\"10000\", \"msg\":\"a } \\\" { b\",\"list\":[{\"x\":{}}]}";
        assertThat(AlipaySignature.value("{ \"a_response\" : " + inner + ",\"sign\":\"x\"}", "a_response"))
                .isEqualTo(inner);
        assertThat(AlipaySignature.value("{\"sign\":\"x\"}", "a_response")).isEmpty();
        assertThat(AlipaySignature.value("{\"a_response\":{\"b\":1", "a_response"))
                .isEmpty();
    }

    @Test
    @DisplayName("[PA3] WeChat Pay's signature is checked over time, nonce and body, by its key, within five minutes")
    void wechat() {
        Map<String, String> headers = fields(
                "Wechatpay-Timestamp", "1554209980",
                "Wechatpay-Nonce", "c5ac7061fccab6bf3e254dcf98995b8c",
                "Wechatpay-Signature", WECHAT_SIGNATURE);
        assertThatCode(() -> checkWeChat(1_554_209_980, headers, "5A17C0DE", "{\"data\":[]}"))
                .doesNotThrowAnyException();
        assertThatCode(() -> checkWeChat(1_554_210_280, headers, "5A17C0DE", "{\"data\":[]}"))
                .doesNotThrowAnyException();
        refusedWeChat(1_554_210_281, headers, "5A17C0DE", "{\"data\":[]}");
        refusedWeChat(1_554_209_980, headers, "5A17C0DF", "{\"data\":[]}");
        refusedWeChat(1_554_209_980, headers, "5A17C0DE", "{\"data\":[1]}");
        for (String name : headers.keySet()) {
            Map<String, String> altered = new LinkedHashMap<>(headers);
            altered.put(name, "1" + altered.get(name));
            refusedWeChat(1_554_209_980, altered, "5A17C0DE", "{\"data\":[]}");
            altered.remove(name);
            refusedWeChat(1_554_209_980, altered, "5A17C0DE", "{\"data\":[]}");
        }
    }

    private static void refusedWeChat(long now, Map<String, String> headers, String serial, String body) {
        assertThatThrownBy(() -> checkWeChat(now, headers, serial, body)).isInstanceOf(NotGenuine.class);
    }

    private static void checkWeChat(long now, Map<String, String> headers, String serial, String body) {
        String certificate = resource("provider-certificate.pem");
        new WeChatSignature(
                        "m",
                        "s",
                        pair().getPrivate(),
                        RsaKeys.serialOf("x", certificate, ""),
                        RsaKeys.publicKey("x", certificate),
                        () -> Instant.ofEpochSecond(now),
                        RandomGenerator.getDefault())
                .check(serial, headers::get, body, NotGenuine::new);
    }

    @Test
    @DisplayName("[PA3] a call to WeChat Pay names merchant, nonce, time and certificate, and signs the five lines")
    void wechatCall() throws Exception {
        KeyPair own = pair();
        WeChatSignature signature = new WeChatSignature(
                "1900009191",
                "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
                own.getPrivate(),
                "",
                provider(),
                Instant::now,
                RandomGenerator.getDefault());
        String header = signature.authorization(
                "GET", "/v3/certificates", "", 1_554_208_460, "593BEC0C930BF1AFEB40B4A08C8FB242");
        assertThat(header)
                .startsWith("WECHATPAY2-SHA256-RSA2048 mchid=\"1900009191\","
                        + "nonce_str=\"593BEC0C930BF1AFEB40B4A08C8FB242\",signature=\"")
                .endsWith("\",timestamp=\"1554208460\",serial_no=\"1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C\"");
        String signed = header.replaceAll(".*signature=\"([^\"]*)\".*", "$1");
        String text = "GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n";
        assertThat(Signing.isSigned(own.getPublic(), text, signed)).isTrue();
    }

    @Test
    @DisplayName("[PA3] what WeChat Pay encrypts is read with the APIv3 key, and with no other")
    void cipher() {
        assertThat(new WeChatCipher(API_KEY).decrypt(encrypted(CIPHERTEXT, "associatedData")))
                .isEqualTo("message");
        assertThatThrownBy(() -> new WeChatCipher(API_KEY).decrypt(encrypted(CIPHERTEXT, "associatedDatA")))
                .isInstanceOf(NotGenuine.class);
        assertThatThrownBy(() -> new WeChatCipher(API_KEY.toUpperCase(java.util.Locale.ROOT))
                        .decrypt(encrypted(CIPHERTEXT, "associatedData")))
                .isInstanceOf(NotGenuine.class);
        assertThatThrownBy(() -> new WeChatCipher(API_KEY).decrypt(encrypted("", "associatedData")))
                .isInstanceOf(NotGenuine.class);
        assertThatThrownBy(() -> new WeChatCipher("short")).isInstanceOf(Invalid.class);
    }

    private static JsonNode encrypted(String text, String associated) {
        Map<String, String> resource = fields("ciphertext", text, "nonce", "uluk4a9R25RW");
        resource.put("associated_data", associated);
        return Json.tree(Json.encode(resource));
    }

    @Test
    @DisplayName("[PA4] a key that cannot be read is refused by the name of its setting, and never shown")
    void keys() {
        assertThatThrownBy(() -> RsaKeys.privateKey("payments.alipay.private-key", "c2VjcmV0"))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("payments.alipay.private-key")
                .hasMessageNotContaining("c2VjcmV0");
        assertThatThrownBy(() -> RsaKeys.publicKey("k", "?")).isInstanceOf(Invalid.class);
        String bare = Base64.getEncoder().encodeToString(provider().getEncoded());
        assertThat(RsaKeys.publicKey("k", bare)).isEqualTo(provider());
        assertThat(RsaKeys.publicKey("k", resource("provider-certificate.pem"))).isEqualTo(provider());
    }

    private static PublicKey provider() {
        return RsaKeys.publicKey("k", resource("provider-public.pem"));
    }

    static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> fields(String... namesAndValues) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    private static String resource(String name) {
        try (InputStream in = SignaturesTest.class.getResourceAsStream("/payments/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
