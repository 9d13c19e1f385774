package io.jishi.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.ChannelTokens;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that other programs make, judged by keys of their own. */
class ForeignTokensTest {
    private static final String OWN_SECRET = "0123456789abcdef0123456789abcdef";
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final RSAKey RSA =
            make(() -> new RSAKeyGenerator(2048).keyID("r").generate());
    private static final RSAKey OTHER_RSA =
            make(() -> new RSAKeyGenerator(2048).keyID("o").generate());
    private static final ECKey EC =
            make(() -> new ECKeyGenerator(Curve.P_256).keyID("e").generate());

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicReference<@Nullable String> published = new AtomicReference<>();
    private final AtomicInteger fetches = new AtomicInteger();

    private interface Making<T> {
        T make() throws JOSEException;
    }

    private static <T> T make(Making<T> making) {
        try {
            return making.make();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private Tokens tokens(Settings settings, @Nullable String wellKnown) {
        Settings all = settings.with(Tokens.SECRET, OWN_SECRET);
        KeySourceCounting source = new KeySourceCounting();
        return Tokens.of(
                all, now::get, Tokens.Makers.OWN, TokenKeys.of(all, Optional.ofNullable(wellKnown), source, now::get));
    }

    private final class KeySourceCounting implements KeySource {
        @Override
        public Future<String> fetch() {
            fetches.incrementAndGet();
            String set = published.get();
            return set == null ? Future.failedFuture("down") : Future.succeededFuture(set);
        }
    }

    private static String pem(JWK key) {
        byte[] encoded = make(() -> key instanceof RSAKey rsa
                ? rsa.toPublicKey().getEncoded()
                : ((ECKey) key).toPublicKey().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String signed(JWSAlgorithm algorithm, JWK key, String claims) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), JWTClaimsSet.parse(claims));
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hmac(String algorithm, String java, byte[] secret, String claims) {
        try {
            String input = base64("{\"alg\":\"" + algorithm + "\"}") + "." + base64(claims);
            Mac mac = Mac.getInstance(java);
            mac.init(new SecretKeySpec(secret, java));
            byte[] signature = mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hmac(String claims) {
        return hmac("HS256", "HmacSHA256", "secret".getBytes(StandardCharsets.UTF_8), claims);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Authenticator.Verdict verify(Tokens tokens, String token) {
        return tokens.verifySoon(token, "c").result();
    }

    private static void isGood(Tokens tokens, String token) {
        assertThat(verify(tokens, token)).isInstanceOf(Authenticator.Verdict.Bearer.class);
    }

    private static void isForged(Tokens tokens, String token) {
        assertThat(verify(tokens, token)).isInstanceOf(Authenticator.Verdict.Forged.class);
    }

    @Test
    @DisplayName("[AC20] a shared secret of any length judges the three kinds of HMAC, and nothing signed by another")
    void sharedSecret() {
        Tokens tokens = tokens(Settings.defaults(), "secret");
        byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
        isGood(tokens, hmac("HS256", "HmacSHA256", secret, "{\"sub\":\"u\"}"));
        isGood(tokens, hmac("HS384", "HmacSHA384", secret, "{\"sub\":\"u\"}"));
        isGood(tokens, hmac("HS512", "HmacSHA512", secret, "{\"sub\":\"u\"}"));
        isForged(tokens, hmac("HS512", "HmacSHA256", secret, "{\"sub\":\"u\"}"));
        isForged(tokens, hmac("HS256", "HmacSHA256", "Secret".getBytes(StandardCharsets.UTF_8), "{}"));
        isForged(tokens(Settings.defaults(), null), hmac("{\"sub\":\"u\"}"));
        assertThat(base64("{\"alg\":\"none\"}") + "." + base64("{}") + ".")
                .satisfies(unsigned -> isForged(tokens, unsigned));
    }

    @Test
    @DisplayName("[AC20] tokens signed by the configured RSA or EC key are good, those of another key are forged")
    void publicKeys() {
        Tokens tokens = tokens(
                Settings.defaults().with(TokenKeys.RSA_PUBLIC_KEY, pem(RSA)).with(TokenKeys.ECDSA_PUBLIC_KEY, pem(EC)),
                null);
        isGood(tokens, signed(JWSAlgorithm.RS256, RSA, "{\"sub\":\"u\"}"));
        isGood(tokens, signed(JWSAlgorithm.RS512, RSA, "{\"sub\":\"u\"}"));
        isGood(tokens, signed(JWSAlgorithm.ES256, EC, "{\"sub\":\"u\"}"));
        isForged(tokens, signed(JWSAlgorithm.RS256, OTHER_RSA, "{\"sub\":\"u\"}"));
    }

    @Test
    @DisplayName("[AC20] a public key is never taken for a shared secret")
    void confusion() {
        Tokens tokens = tokens(Settings.defaults().with(TokenKeys.RSA_PUBLIC_KEY, pem(RSA)), null);
        isForged(tokens, hmac("HS256", "HmacSHA256", pem(RSA).getBytes(StandardCharsets.UTF_8), "{\"sub\":\"u\"}"));
        isForged(tokens, hmac("HS256", "HmacSHA256", new byte[] {0}, "{\"sub\":\"u\"}"));
    }

    @Test
    @DisplayName("[AC20] a key that is not of its kind stops the start")
    void badKey() {
        for (String text : List.of("nonsense", pem(EC))) {
            assertThatThrownBy(() -> tokens(Settings.defaults().with(TokenKeys.RSA_PUBLIC_KEY, text), null))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("token.rsa-public-key");
        }
    }

    @Test
    @DisplayName("[AC20] an address of published keys that is none stops the start")
    void badAddress() {
        for (String url : List.of("keys", "ftp://keys", "http://two words")) {
            assertThatThrownBy(() -> tokens(Settings.defaults().with(TokenKeys.JWKS_URL, url), null))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("token.jwks-url");
        }
    }

    @Test
    @DisplayName("[AC21] published keys are fetched when a token names a new one, at most once in ten seconds")
    void publishedKeys() {
        Tokens tokens = tokens(Settings.defaults().with(TokenKeys.JWKS_URL, "http://keys"), null);
        published.set(new JWKSet(RSA).toPublicJWKSet().toString());
        isGood(tokens, signed(JWSAlgorithm.RS256, RSA, "{\"sub\":\"u\"}"));
        isGood(tokens, signed(JWSAlgorithm.RS256, RSA, "{\"sub\":\"u\"}"));
        assertThat(fetches).hasValue(1);
        published.set(new JWKSet(List.<JWK>of(RSA, EC)).toPublicJWKSet().toString());
        isForged(tokens, signed(JWSAlgorithm.ES256, EC, "{\"sub\":\"u\"}"));
        assertThat(fetches).hasValue(1);
        now.set(START.plusSeconds(11));
        isGood(tokens, signed(JWSAlgorithm.ES256, EC, "{\"sub\":\"u\"}"));
        assertThat(fetches).hasValue(2);
        isForged(tokens, signed(JWSAlgorithm.RS256, OTHER_RSA, "{\"sub\":\"u\"}"));
    }

    @Test
    @DisplayName("[AC21] published keys stay good while they cannot be fetched, and are fetched anew every hour")
    void unreachable() {
        Tokens tokens = tokens(Settings.defaults().with(TokenKeys.JWKS_URL, "http://keys"), null);
        isForged(tokens, signed(JWSAlgorithm.RS256, RSA, "{\"sub\":\"u\"}"));
        published.set(new JWKSet(RSA).toPublicJWKSet().toString());
        now.set(START.plusSeconds(11));
        isGood(tokens, signed(JWSAlgorithm.RS256, RSA, "{\"sub\":\"u\"}"));
        published.set(null);
        now.set(START.plusSeconds(4_000));
        isGood(tokens, signed(JWSAlgorithm.RS256, RSA, "{\"sub\":\"u\"}"));
        assertThat(fetches).hasValue(3);
        published.set(new JWKSet(EC).toPublicJWKSet().toString());
        now.set(START.plusSeconds(4_020));
        isForged(tokens, signed(JWSAlgorithm.RS256, RSA, "{\"sub\":\"u\"}"));
    }

    @Test
    @DisplayName("[AC22] whoever bears a token of another program is a guest, whatever roles it names")
    void guests() {
        Tokens tokens = tokens(Settings.defaults(), "secret");
        Authenticator.Verdict.Bearer bearer = (Authenticator.Verdict.Bearer)
                verify(tokens, hmac("{\"sub\":\"" + Id.of(7) + "\",\"exp\":4102444800,\"roles\":[\"admin\"]}"));
        assertThat(bearer.caller().roles()).isEqualTo(Set.of(Role.GUEST));
    }

    @Test
    @DisplayName("[AC23] a connection token carries user, info, channels with terms, and when the connection is over")
    void connectionClaims() {
        Tokens tokens = tokens(Settings.defaults(), "secret");
        Authenticator.Verdict.Bearer bearer = (Authenticator.Verdict.Bearer) verify(tokens, hmac("""
                        {"sub":"u","exp":1767225660,"expire_at":1767229200,"b64info":"eyJhIjoxfQ==",
                         "subs":{"log:1":{"info":{"b":2},"data":[3],"override":{"presence":{"value":false}}}}}"""));
        assertThat(bearer.caller().user()).isEqualTo("u");
        assertThat(bearer.info()).isEqualTo("{\"a\":1}");
        assertThat(bearer.expiresAt()).isEqualTo(Instant.ofEpochSecond(1767229200));
        assertThat(bearer.channels().get("log:1"))
                .satisfies(terms -> assertThat(terms.info()).isEqualTo("{\"b\":2}"))
                .satisfies(terms -> assertThat(terms.data()).isEqualTo("[3]"))
                .satisfies(terms -> assertThat(terms.overrides().presence()).isFalse())
                .satisfies(terms -> assertThat(terms.overrides().joinLeave()).isNull());
        Authenticator.Verdict.Bearer listed =
                (Authenticator.Verdict.Bearer) verify(tokens, hmac("{\"channels\":[\"a\",\"b:1\"],\"expire_at\":0}"));
        assertThat(listed.channels()).containsOnlyKeys("a", "b:1");
        assertThat(listed.expiresAt()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"u\",\"channel\":\"log:1\"}",
                "{\"sub\":\"u\",\"channels\":[\"bad name\"]}",
                "{\"sub\":\"u\",\"subs\":{\"a\":7}}",
                "{\"sub\":\"u\",\"b64info\":\"###\"}",
                "{\"sub\":\"u\",\"b64info\":\"" + "bm90IGpzb24=" + "\"}",
            })
    @DisplayName("[AC23] a connection token with a channel of its own or a malformed claim is forged")
    void badConnectionClaims(String claims) {
        isForged(tokens(Settings.defaults(), "secret"), hmac(claims));
    }

    @Test
    @DisplayName("[AC23] a token before its time or behind it is expired, so that its bearer fetches another")
    void times() {
        Tokens tokens = tokens(Settings.defaults(), "secret");
        assertThat(verify(tokens, hmac("{\"sub\":\"u\",\"exp\":1767225600}")))
                .isInstanceOf(Authenticator.Verdict.Expired.class);
        assertThat(verify(tokens, hmac("{\"sub\":\"u\",\"nbf\":1767225601}")))
                .isInstanceOf(Authenticator.Verdict.Expired.class);
        isGood(tokens, hmac("{\"sub\":\"u\",\"nbf\":1767225600,\"exp\":1767225601}"));
    }

    @Test
    @DisplayName("[AC23] audience and issuer must be as configured")
    void meantForUs() {
        Tokens tokens = tokens(
                Settings.defaults().with(ForeignTokens.AUDIENCE, "jishi").with(ForeignTokens.ISSUER, "shop"), "secret");
        isGood(tokens, hmac("{\"sub\":\"u\",\"aud\":[\"x\",\"jishi\"],\"iss\":\"shop\"}"));
        isForged(tokens, hmac("{\"sub\":\"u\",\"aud\":\"x\",\"iss\":\"shop\"}"));
        isForged(tokens, hmac("{\"sub\":\"u\",\"aud\":\"jishi\"}"));
    }

    @Test
    @DisplayName("[AC24] a subscription token names user, channel, perhaps a client, expiry, info and data")
    void subscriptionClaims() {
        Tokens tokens = tokens(Settings.defaults(), "secret");
        ChannelTokens.Verdict.Granted granted = (ChannelTokens.Verdict.Granted) tokens.verifyChannel(
                        hmac("{\"sub\":\"u\",\"client\":\"c\",\"channel\":\"log:1\",\"exp\":1767225660,\"info\":7}"))
                .result();
        assertThat(granted.user()).isEqualTo("u");
        assertThat(granted.client()).isEqualTo("c");
        assertThat(granted.channel()).isEqualTo("log:1");
        assertThat(granted.terms().expiresAt()).isEqualTo(START.plusSeconds(60));
        assertThat(granted.terms().info()).isEqualTo("7");
        assertThat(tokens.verifyChannel(hmac("{\"channel\":\"log:1\",\"exp\":1767225600}"))
                        .result())
                .isInstanceOf(ChannelTokens.Verdict.Expired.class);
        String own = hmac("HS256", "HmacSHA256", OWN_SECRET.getBytes(StandardCharsets.UTF_8), "{\"channel\":\"a\"}");
        assertThat(tokens.verifyChannel(own).result()).isInstanceOf(ChannelTokens.Verdict.Granted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"sub\":\"u\"}", "{\"sub\":\"u\",\"channel\":\"\"}", "{\"channel\":7}"})
    @DisplayName("[AC24] a connection token opens no channel")
    void noSubscription(String claims) {
        Tokens tokens = tokens(Settings.defaults(), "secret");
        assertThat(tokens.verifyChannel(hmac(claims)).result()).isInstanceOf(ChannelTokens.Verdict.Forged.class);
        assertThat(tokens.verifyChannel("x").result()).isInstanceOf(ChannelTokens.Verdict.Forged.class);
    }
}
