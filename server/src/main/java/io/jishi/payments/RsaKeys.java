package io.jishi.payments;

import io.jishi.core.Invalid;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** RSA with SHA-256 (PKCS #1 v1.5), as Alipay calls RSA2 and WeChat Pay SHA256-RSA2048, and the keys for it. */
final class RsaKeys {
    private static final String ALGORITHM = "SHA256withRSA";

    private RsaKeys() {}

    /**
     * Reads a private key in PKCS #8, as PEM or as the text within.
     *
     * @throws Invalid naming the setting, without showing the key
     */
    static PrivateKey privateKey(String setting, String text) {
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes(text)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Invalid(setting, setting + " must be an RSA private key in PKCS #8.");
        }
    }

    /** Reads a public key, as PEM or as the text within. */
    static PublicKey publicKey(String setting, String text) {
        try {
            return text.contains("BEGIN CERTIFICATE")
                    ? certificate(text).getPublicKey()
                    : KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(bytes(text)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Invalid(setting, setting + " must be an RSA public key or a certificate.");
        }
    }

    /** The serial number of a certificate as providers write it, or the name that is given for a bare key. */
    static String serialOf(String setting, String text, String given) {
        if (!text.contains("BEGIN CERTIFICATE")) {
            return given;
        }
        try {
            return certificate(text).getSerialNumber().toString(16).toUpperCase(java.util.Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new Invalid(setting, setting + " must be an RSA public key or a certificate.");
        }
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
    }

    private static byte[] bytes(String text) {
        return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
    }

    /** @return the signature in base 64 */
    static String sign(PrivateKey key, String text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** @param signatureBase64 false where it is no signature at all */
    static boolean verify(PublicKey key, String text, String signatureBase64) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.verify(Base64.getDecoder().decode(signatureBase64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
