package io.jishi.accounts;

import com.nimbusds.jwt.JWTClaimsSet;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.ChannelTerms;
import io.jishi.realtime.ChannelTerms.Overrides;
import io.jishi.realtime.ChannelTokens;
import io.jishi.realtime.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What tokens of the Centrifugo protocol say (centrifugal.dev, "Client JWT authentication" and "Channel JWT
 * authorization"): connection tokens, whose bearers are guests to every capability, and subscription tokens.
 */
final class ForeignTokens {
    static final Setting<String> AUDIENCE = Setting.text(
            "token.audience", "", "What tokens of other programs must name as their audience; empty for anything.");
    static final Setting<String> ISSUER = Setting.text(
            "token.issuer", "", "What tokens of other programs must name as their issuer; empty for anything.");
    private static final Set<String> LANGUAGES = Set.of("zh", "en");

    private final InstantSource clock;
    private final String audience;
    private final String issuer;

    ForeignTokens(Settings settings, InstantSource clock) {
        this.clock = clock;
        this.audience = settings.get(AUDIENCE);
        this.issuer = settings.get(ISSUER);
    }

    /** Judges the claims of a connection token with a good signature. */
    Authenticator.Verdict connection(JWTClaimsSet claims, String connection) throws ParseException {
        if (!isMeant(claims) || claims.getClaim("channel") != null) {
            return new Authenticator.Verdict.Forged();
        }
        if (!isInTime(claims)) {
            return new Authenticator.Verdict.Expired();
        }
        Caller caller =
                new Caller(text(claims, "sub"), text(claims, "name"), Set.of(Role.GUEST), connection, language(claims));
        return new Authenticator.Verdict.Bearer(
                caller, expiry(claims), channels(claims), json(claims.getClaims(), "info"));
    }

    /** Judges the claims of a subscription token with a good signature. */
    ChannelTokens.Verdict subscription(JWTClaimsSet claims) throws ParseException {
        if (!isMeant(claims) || text(claims, "channel").isEmpty()) {
            return new ChannelTokens.Verdict.Forged();
        }
        if (!isInTime(claims)) {
            return new ChannelTokens.Verdict.Expired();
        }
        return new ChannelTokens.Verdict.Granted(
                text(claims, "sub"),
                text(claims, "client"),
                text(claims, "channel"),
                terms(claims.getClaims(), expiry(claims)));
    }

    private boolean isMeant(JWTClaimsSet claims) {
        return (audience.isEmpty() || claims.getAudience().contains(audience))
                && (issuer.isEmpty() || issuer.equals(claims.getIssuer()));
    }

    private boolean isInTime(JWTClaimsSet claims) {
        Date expiry = claims.getExpirationTime();
        Date notBefore = claims.getNotBeforeTime();
        Instant now = clock.instant();
        return (expiry == null || now.isBefore(expiry.toInstant()))
                && (notBefore == null || !now.isBefore(notBefore.toInstant()));
    }

    /** The claim {@code expire_at} says it apart from {@code exp}, which is then about the token alone; 0 for never. */
    private static @Nullable Instant expiry(JWTClaimsSet claims) throws ParseException {
        Long expireAt = claims.getLongClaim("expire_at");
        if (expireAt != null) {
            return expireAt > 0 ? Instant.ofEpochSecond(expireAt) : null;
        }
        Date expiry = claims.getExpirationTime();
        return expiry == null ? null : expiry.toInstant();
    }

    private static Map<String, ChannelTerms> channels(JWTClaimsSet claims) throws ParseException {
        Map<String, ChannelTerms> channels = new HashMap<>();
        Map<String, Object> subs = claims.getJSONObjectClaim("subs");
        List<String> names = claims.getStringListClaim("channels");
        if (subs != null && !subs.isEmpty()) {
            subs.forEach((name, options) -> channels.put(name, terms(object(options), null)));
        } else if (names != null) {
            names.forEach(name -> channels.put(name, ChannelTerms.PLAIN));
        }
        channels.keySet().forEach(ChannelName::new);
        return channels;
    }

    private static ChannelTerms terms(Map<String, ?> claims, @Nullable Instant expiresAt) {
        Map<String, ?> override = object(claims.get("override"));
        return new ChannelTerms(
                expiresAt,
                json(claims, "info"),
                json(claims, "data"),
                new Overrides(
                        flag(override, "presence"),
                        flag(override, "join_leave"),
                        flag(override, "force_push_join_leave"),
                        flag(override, "force_positioning"),
                        flag(override, "force_recovery")));
    }

    private static Map<String, ?> object(@Nullable Object claim) {
        if (claim == null) {
            return Map.of();
        }
        if (claim instanceof Map<?, ?> map) {
            Map<String, Object> object = new HashMap<>();
            map.forEach((key, value) -> object.put(String.valueOf(key), value));
            return object;
        }
        throw new Invalid("token", "A claim must be an object.");
    }

    private static @Nullable Boolean flag(Map<String, ?> override, String name) {
        Object value = object(override.get(name)).get("value");
        return override.get(name) == null ? null : Boolean.TRUE.equals(value);
    }

    /** A claim as JSON, or the one of the same name that holds it in Base64. */
    private static @Nullable String json(Map<String, ?> claims, String name) {
        if (claims.get("b64" + name) instanceof String encoded) {
            String json = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            return Json.encode(Json.tree(Buffer.buffer(json))).toString();
        }
        Object claim = claims.get(name);
        return claim == null ? null : Json.encode(claim).toString();
    }

    private static String text(JWTClaimsSet claims, String name) throws ParseException {
        String text = claims.getStringClaim(name);
        return text == null ? "" : text;
    }

    private static String language(JWTClaimsSet claims) throws ParseException {
        String language = text(claims, "lang");
        return LANGUAGES.contains(language) ? language : "zh";
    }
}
