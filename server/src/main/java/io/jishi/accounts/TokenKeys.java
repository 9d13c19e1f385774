package io.jishi.accounts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.KeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which tokens of other programs are judged: a shared secret (HS256, 384, 512), an RSA key (RS and PS), an
 * EC key (ES), and a published set of such keys, in which a token's header names its key. A key judges tokens of its own
 * kind alone, whatever a header says.
 */
public final class TokenKeys {
    public static final Setting<String> HMAC_SECRET = Setting.secret(
            "token.hmac-secret", "Secret with which other programs sign tokens (HMAC); none of theirs without it.");
    public static final Setting<String> RSA_PUBLIC_KEY = Setting.text(
            "token.rsa-public-key", "", "RSA public key (PEM) of other programs that make tokens; empty for none.");
    public static final Setting<String> ECDSA_PUBLIC_KEY = Setting.text(
            "token.ecdsa-public-key", "", "EC public key (PEM) of other programs that make tokens; empty for none.");
    public static final Setting<String> JWKS_URL = Setting.text(
            "token.jwks-url",
            "",
            "Where public keys of other programs that make tokens are published; empty for none.");

    private static final Map<JWSAlgorithm, String> HMACS = Map.of(
            JWSAlgorithm.HS256, "HmacSHA256",
            JWSAlgorithm.HS384, "HmacSHA384",
            JWSAlgorithm.HS512, "HmacSHA512");

    private static final Pattern URL = Pattern.compile("https?://[!-~]+");

    private final byte[] secret;
    private final @Nullable RSAPublicKey rsa;
    private final @Nullable ECPublicKey ec;
    private final @Nullable KeySet published;

    private TokenKeys(byte[] secret, @Nullable RSAPublicKey rsa, @Nullable ECPublicKey ec, @Nullable KeySet published) {
        this.secret = secret;
        this.rsa = rsa;
        this.ec = ec;
        this.published = published;
    }

    /** No tokens of other programs. */
    public static TokenKeys none() {
        return new TokenKeys(new byte[0], null, null, null);
    }

    /**
     * @param wellKnownSecret the secret where the settings name none
     * @param source where the published keys are read from, if the settings say that there are any
     * @throws Invalid where a key is not of its form
     */
    public static TokenKeys of(
            Settings settings, Optional<String> wellKnownSecret, KeySource source, InstantSource clock) {
        String own = settings.get(HMAC_SECRET);
        return new TokenKeys(
                (own.isEmpty() ? wellKnownSecret.orElse("") : own).getBytes(StandardCharsets.UTF_8),
                pem(settings, RSA_PUBLIC_KEY, RSAPublicKey.class),
                pem(settings, ECDSA_PUBLIC_KEY, ECPublicKey.class),
                isSet(settings) ? new KeySet(source, clock) : null);
    }

    private static boolean isSet(Settings settings) {
        String url = settings.get(JWKS_URL);
        if (!url.isEmpty() && !URL.matcher(url).matches()) {
            throw new Invalid(
                    JWKS_URL.name(), JWKS_URL.name() + " is not an address that begins with http:// or https://.");
        }
        return !url.isEmpty();
    }

    private static <K extends PublicKey> @Nullable K pem(Settings settings, Setting<String> setting, Class<K> kind) {
        String text = settings.get(setting);
        if (text.isEmpty()) {
            return null;
        }
        try {
            String base64 = text.replace("\\n", "\n").replaceAll("-----[A-Z ]+-----|\\s", "");
            KeySpec key = new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
            String algorithm = kind == RSAPublicKey.class ? "RSA" : "EC";
            return kind.cast(KeyFactory.getInstance(algorithm).generatePublic(key));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Invalid(setting.name(), setting.name() + " is not a public key of its kind in PEM.");
        }
    }

    /** Completes when {@link #signed} can tell. Never fails. */
    Future<Void> ready(SignedJWT token) {
        String name = token.getHeader().getKeyID();
        return published == null || name == null ? Future.succeededFuture() : published.ready(name);
    }

    /** Whether one of these keys has signed it. */
    boolean signed(SignedJWT token) {
        JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
        try {
            if (HMACS.containsKey(algorithm)) {
                return secret.length > 0 && hasMac(token, HMACS.get(algorithm));
            }
            if (JWSAlgorithm.Family.RSA.contains(algorithm) && rsa != null) {
                return token.verify(new RSASSAVerifier(rsa));
            }
            if (JWSAlgorithm.Family.EC.contains(algorithm) && ec != null) {
                return token.verify(new ECDSAVerifier(ec));
            }
            return published != null && isPublished(token, published);
        } catch (JOSEException | GeneralSecurityException e) {
            return false;
        }
    }

    /** By hand, because the library takes no secret shorter than its hash, and other programs do. */
    private boolean hasMac(SignedJWT token, @Nullable String algorithm) throws GeneralSecurityException {
        if (token.getHeader().getCriticalParams() != null) {
            return false;
        }
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret, algorithm));
        return MessageDigest.isEqual(
                mac.doFinal(token.getSigningInput()), token.getSignature().decode());
    }

    private static boolean isPublished(SignedJWT token, KeySet published) throws JOSEException {
        String name = token.getHeader().getKeyID();
        JWK key = name == null ? null : published.key(name);
        JWSVerifier verifier = switch (key) {
            case RSAKey found -> new RSASSAVerifier(found);
            case ECKey found -> new ECDSAVerifier(found);
            case null, default -> null;
        };
        return verifier != null
                && verifier.supportedJWSAlgorithms().contains(token.getHeader().getAlgorithm())
                && token.verify(verifier);
    }
}
