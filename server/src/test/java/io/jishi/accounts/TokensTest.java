package io.jishi.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.accounts.Tokens.Makers;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import io.jishi.realtime.Authenticator.Verdict;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelTerms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Tokens own = new Tokens(SECRET, LIFETIME, now::get, Makers.OWN);
    private final Tokens any = new Tokens(SECRET, LIFETIME, now::get, Makers.ANY);
    private final User user = new User(Id.of(77), "lan", "兰", List.of(Role.VIEWER, Role.HOST), "en");

    @Test
    @DisplayName("[AC1] a token carries its bearer's id, name, roles and language, and when it expires")
    void carriesBearer() {
        Verdict verdict = own.verify(own.issue(user), "c1");
        Caller caller = new Caller(Id.of(77).toString(), "兰", Set.of(Role.VIEWER, Role.HOST), "c1", "en");
        assertThat(verdict).isEqualTo(new Verdict.Bearer(caller, START.plus(LIFETIME), Map.of(), null));
    }

    @Test
    @DisplayName("[AC2] a token is expired at its expiry and not a moment before")
    void expires() {
        String token = own.issue(user);
        now.set(START.plus(LIFETIME).minusMillis(1));
        assertThat(own.verify(token, "c")).isInstanceOf(Verdict.Bearer.class);
        now.set(START.plus(LIFETIME));
        assertThat(own.verify(token, "c")).isInstanceOf(Verdict.Expired.class);
    }

    @Test
    @DisplayName("[AC3] a token signed by another key, changed in any part or cut short is forged")
    void forged() {
        String token = own.issue(user);
        Tokens other = new Tokens("another secret of thirty-two bytes", LIFETIME, now::get, Makers.OWN);
        assertThat(own.verify(other.issue(user), "c")).isInstanceOf(Verdict.Forged.class);
        for (int i = 0; i < token.length() - 1; i++) {
            char changed = token.charAt(i) == 'A' ? 'B' : 'A';
            String bent = token.substring(0, i) + changed + token.substring(i + 1);
            assertThat(own.verify(bent, "c")).as("changed at " + i).isInstanceOf(Verdict.Forged.class);
            assertThat(own.verify(token.substring(0, i), "c")).isInstanceOf(Verdict.Forged.class);
        }
    }

    @Test
    @DisplayName("[AC3] an expired token with a bad signature is forged, not expired")
    void signatureFirst() {
        Tokens other = new Tokens("another secret of thirty-two bytes", LIFETIME, now::get, Makers.OWN);
        String token = other.issue(user);
        now.set(START.plus(LIFETIME).plusSeconds(1));
        assertThat(own.verify(token, "c")).isInstanceOf(Verdict.Forged.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"HS512\"}",
                "{\"alg\":\"HS384\"}",
                "{\"alg\":\"RS256\"}",
                "{\"alg\":\"hs256\"}",
                "{}",
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
                "{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}"
            })
    @DisplayName("[AC3] a header that names another algorithm, none, or an extension makes a token forged")
    void otherAlgorithms(String header) {
        String claims = "{\"sub\":\"" + user.id() + "\",\"exp\":4102444800,\"name\":\"x\",\"roles\":[\"admin\"]}";
        assertThat(own.verify(sign(header, claims, "HmacSHA256"), "c")).isInstanceOf(Verdict.Forged.class);
        assertThat(own.verify(sign(header, claims, "HmacSHA512"), "c")).isInstanceOf(Verdict.Forged.class);
        String unsigned = base64(header) + "." + base64(claims) + ".";
        assertThat(own.verify(unsigned, "c")).isInstanceOf(Verdict.Forged.class);
        assertThat(own.verify(sign("{\"alg\":\"HS256\"}", claims, "HmacSHA256"), "c"))
                .as("the same claims with the right header")
                .isInstanceOf(Verdict.Bearer.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"0000000000001\",\"roles\":[\"viewer\"]}",
                "{\"sub\":\"0000000000001\",\"exp\":4102444800}",
                "{\"sub\":\"0000000000001\",\"exp\":4102444800,\"roles\":[\"root\"]}",
                "{\"sub\":\"0000000000001\",\"exp\":4102444800,\"roles\":\"admin\"}",
                "{\"sub\":\"0000000000001\",\"exp\":\"soon\",\"roles\":[\"viewer\"]}",
                "{\"sub\":\"alice\",\"exp\":4102444800,\"roles\":[\"viewer\"]}",
                "{\"sub\":5,\"exp\":4102444800,\"roles\":[\"viewer\"]}",
                "{\"exp\":4102444800,\"roles\":[\"viewer\"]}",
                "{\"sub\":\"0000000000001\",\"exp\":4102444800,\"nbf\":4102444000,\"roles\":[\"viewer\"]}",
                "[]",
                "7",
                "null",
                "{"
            })
    @DisplayName("[AC3] a signed token without an id, known roles or an expiry is forged")
    void badClaims(String claims) {
        assertThat(own.verify(sign("{\"alg\":\"HS256\"}", claims, "HmacSHA256"), "c"))
                .isInstanceOf(Verdict.Forged.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "é.é.é", "eyJhbGciOiJIUzI1NiJ9..", "\u0000"})
    @DisplayName("[AC3] text that is no token is forged")
    void noToken(String text) {
        assertThat(own.verify(text, "c")).isInstanceOf(Verdict.Forged.class);
        assertThat(any.verify(text, "c")).isInstanceOf(Verdict.Forged.class);
    }

    @Test
    @DisplayName("[AC3] deeply nested and very long tokens are forged")
    void hostile() {
        String nested = "[".repeat(2_000) + "]".repeat(2_000);
        assertThat(any.verify(sign("{\"alg\":\"HS256\"}", nested, "HmacSHA256"), "c"))
                .isInstanceOf(Verdict.Forged.class);
        assertThat(any.verify(
                        sign("{\"alg\":\"HS256\"}", "{\"sub\":\"" + "x".repeat(9_000) + "\"}", "HmacSHA256"), "c"))
                .isInstanceOf(Verdict.Forged.class);
    }

    @Test
    @DisplayName("[AC4] tokens of other makers are good only where that is allowed, and their bearers are guests")
    void otherMakers() {
        String claims =
                "{\"sub\":\"alice@example.com\",\"exp\":4102444800,\"info\":{\"name\":\"A\",\"n\":[1,2.5,null]},"
                        + "\"channels\":[\"news\",\"chat:1\"]}";
        String token = sign("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims, "HmacSHA256");
        assertThat(own.verify(token, "c")).isInstanceOf(Verdict.Forged.class);
        assertThat(any.verify(token, "c"))
                .isEqualTo(new Verdict.Bearer(
                        new Caller("alice@example.com", "", Set.of(Role.GUEST), "c", "zh"),
                        Instant.ofEpochSecond(4102444800L),
                        Map.of("news", ChannelTerms.PLAIN, "chat:1", ChannelTerms.PLAIN),
                        "{\"name\":\"A\",\"n\":[1,2.5,null]}"));
    }

    @Test
    @DisplayName("[AC4] a token of another maker may have no expiry and no user")
    void anonymousForeign() {
        Verdict verdict = any.verify(sign("{\"alg\":\"HS256\"}", "{}", "HmacSHA256"), "c");
        assertThat(verdict)
                .isEqualTo(new Verdict.Bearer(new Caller("", "", Set.of(Role.GUEST), "c", "zh"), null, Map.of(), null));
    }

    @Test
    @DisplayName("[AC5] a secret shorter than 32 bytes is refused")
    void shortSecret() {
        assertThatThrownBy(() -> new Tokens("x".repeat(31), LIFETIME, now::get, Makers.OWN))
                .isInstanceOf(Invalid.class)
                .hasMessage("token.secret must have at least 32 bytes.");
    }

    private static String sign(String header, String claims, String algorithm) {
        String input = base64(header) + "." + base64(claims);
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), algorithm));
            return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
