package io.jishi.accounts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelTokens;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signed, short-lived tokens (JWT, RFC 7519, with HMAC SHA-256): who somebody is, so that no node asks the database. The
 * same token opens the HTTP routes and is the connect token of the real-time protocol. A role that is taken away works
 * until the token expires, which is why tokens are short-lived.
 */
public final class Tokens implements Authenticator, ChannelTokens {
    public static final Setting<String> SECRET = Setting.secret(
            "token.secret",
            "Key that signs tokens, 32 bytes or more, the same on every node; production does not start without it.");
    public static final Setting<Integer> SECONDS =
            Setting.integer("token.seconds", 900, 30, 86_400, "How long a token is good for, in seconds.");

    /** RFC 7518, section 3.2: a key at least as long as the hash. */
    private static final int SECRET_BYTES_MIN = 32;

    private static final int LENGTH_MAX = 8_192;
    private static final Set<String> LANGUAGES = Set.of("zh", "en");

    private final InstantSource clock;
    private final Duration lifetime;
    private final Makers makers;
    private final TokenKeys keys;
    private final ForeignTokens foreign;
    private final MACSigner signer;
    private final MACVerifier verifier;

    /** Whose tokens are good. */
    public enum Makers {
        /** This server's only: an id, roles, an expiry. */
        OWN,
        /**
         * Also those that other programs sign with the same key for the Centrifugo protocol. For development only:
         * in production other programs have keys of their own, see {@link TokenKeys}.
         */
        ANY
    }

    /** @throws Invalid where the secret is too short */
    public Tokens(String secret, Duration lifetime, InstantSource clock, Makers makers) {
        this(secret, lifetime, clock, makers, TokenKeys.none(), new ForeignTokens(Settings.defaults(), clock));
    }

    Tokens(
            String secret,
            Duration lifetime,
            InstantSource clock,
            Makers makers,
            TokenKeys keys,
            ForeignTokens foreign) {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        if (key.length < SECRET_BYTES_MIN) {
            throw new Invalid(SECRET.name(), "token.secret must have at least 32 bytes.");
        }
        this.clock = clock;
        this.lifetime = lifetime;
        this.makers = makers;
        this.keys = keys;
        this.foreign = foreign;
        try {
            signer = new MACSigner(key);
            verifier = new MACVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalStateException("the token secret was refused", e);
        }
    }

    /** @param keys of other programs that make tokens */
    public static Tokens of(Settings settings, InstantSource clock, Makers makers, TokenKeys keys) {
        return new Tokens(
                settings.get(SECRET),
                Duration.ofSeconds(settings.get(SECONDS)),
                clock,
                makers,
                keys,
                new ForeignTokens(settings, clock));
    }

    public Duration lifetime() {
        return lifetime;
    }

    String issue(User user) {
        return issue(user.id(), user.displayName(), user.roles(), user.language());
    }

    /** @param subject the id of a user or of a device */
    String issue(Id<?> subject, String displayName, List<Role> roles, String language) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(subject.toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)))
                .claim("name", displayName)
                .claim("roles", roles.stream().map(Role::wireName).toList())
                .claim("lang", language)
                .build();
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
        return jwt.serialize();
    }

    /** Checks algorithm, signature (in constant time), then times and claims. */
    @Override
    public Authenticator.Verdict verify(String token, String connection) {
        try {
            SignedJWT jwt = parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (isOwn(jwt)) {
                return claims.getStringListClaim("roles") == null
                        ? foreign(makers == Makers.ANY, claims, connection)
                        : own(claims, connection);
            }
            return foreign(keys.signed(jwt), claims, connection);
        } catch (ParseException | JOSEException | Invalid | IllegalArgumentException e) {
            return new Authenticator.Verdict.Forged();
        }
    }

    private Authenticator.Verdict foreign(boolean good, JWTClaimsSet claims, String connection) throws ParseException {
        return good ? foreign.connection(claims, connection) : new Authenticator.Verdict.Forged();
    }

    @Override
    public Future<Authenticator.Verdict> verifySoon(String token, String connection) {
        return ready(token).map(ignored -> verify(token, connection));
    }

    @Override
    public Future<ChannelTokens.Verdict> verifyChannel(String token) {
        return ready(token).map(ignored -> subscription(token));
    }

    private ChannelTokens.Verdict subscription(String token) {
        try {
            SignedJWT jwt = parse(token);
            return isOwn(jwt) || keys.signed(jwt)
                    ? foreign.subscription(jwt.getJWTClaimsSet())
                    : new ChannelTokens.Verdict.Forged();
        } catch (ParseException | JOSEException | Invalid | IllegalArgumentException e) {
            return new ChannelTokens.Verdict.Forged();
        }
    }

    private Future<Void> ready(String token) {
        try {
            return keys.ready(parse(token));
        } catch (ParseException e) {
            return Future.succeededFuture();
        }
    }

    private static SignedJWT parse(String token) throws ParseException {
        if (token.length() > LENGTH_MAX) {
            throw new ParseException("longer than " + LENGTH_MAX, LENGTH_MAX);
        }
        return SignedJWT.parse(token);
    }

    private boolean isOwn(SignedJWT jwt) throws JOSEException {
        return JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm()) && jwt.verify(verifier);
    }

    private Authenticator.Verdict own(JWTClaimsSet claims, String connection) throws ParseException {
        Instant now = clock.instant();
        Instant expiresAt = instant(claims.getExpirationTime());
        Instant notBefore = instant(claims.getNotBeforeTime());
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            return new Authenticator.Verdict.Expired();
        }
        if (expiresAt == null || (notBefore != null && now.isBefore(notBefore))) {
            return new Authenticator.Verdict.Forged();
        }
        return own(claims, expiresAt, connection);
    }

    private static Authenticator.Verdict own(JWTClaimsSet claims, Instant expiresAt, String connection)
            throws ParseException {
        String subject = Id.parse(text(claims, "sub")).toString();
        Set<Role> roles = EnumSet.noneOf(Role.class);
        claims.getStringListClaim("roles").forEach(role -> roles.add(Role.parse(role)));
        Caller caller = new Caller(subject, text(claims, "name"), roles, connection, language(claims));
        return new Authenticator.Verdict.Bearer(caller, expiresAt, Map.of(), null);
    }

    private static String text(JWTClaimsSet claims, String name) throws ParseException {
        String text = claims.getStringClaim(name);
        return text == null ? "" : text;
    }

    private static String language(JWTClaimsSet claims) throws ParseException {
        String language = text(claims, "lang");
        return LANGUAGES.contains(language) ? language : "zh";
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }
}
