package io.jishi.payments;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code WECHATPAY2-SHA256-RSA2048}. The shop signs method, path with query, time, nonce and body, each with a line
 * feed; WeChat Pay signs time, nonce and body of its answers and notices the same way, with the key that its header
 * names. What is older or newer than the tolerance is refused.
 */
final class WeChatSignature {
    private static final String SCHEME = "WECHATPAY2-SHA256-RSA2048";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final String merchant;
    private final String serial;
    private final PrivateKey own;
    private final String platformSerial;
    private final PublicKey platform;
    private final InstantSource clock;
    private final RandomGenerator random;

    WeChatSignature(
            String merchant,
            String serial,
            PrivateKey own,
            String platformSerial,
            PublicKey platform,
            InstantSource clock,
            RandomGenerator random) {
        this.merchant = merchant;
        this.serial = serial;
        this.own = own;
        this.platformSerial = platformSerial;
        this.platform = platform;
        this.clock = clock;
        this.random = random;
    }

    String platformSerial() {
        return platformSerial;
    }

    /** The header {@code Authorization} of a call. */
    String authorization(String method, String path, String body) {
        String nonce = "%016x%016x".formatted(random.nextLong(), random.nextLong());
        return authorization(method, path, body, clock.instant().getEpochSecond(), nonce);
    }

    String authorization(String method, String path, String body, long seconds, String nonce) {
        String signed = RsaKeys.sign(own, method + "\n" + path + "\n" + seconds + "\n" + nonce + "\n" + body + "\n");
        return SCHEME + " mchid=\"" + merchant + "\",nonce_str=\"" + nonce + "\",signature=\"" + signed
                + "\",timestamp=\"" + seconds + "\",serial_no=\"" + serial + "\"";
    }

    /**
     * Looks at the signature of an answer or a notice.
     *
     * @param fault what is thrown where it is not WeChat Pay's, or not of now
     */
    void check(
            String usedSerial,
            Function<String, @Nullable String> header,
            String body,
            Supplier<? extends RuntimeException> fault) {
        String time = header.apply("Wechatpay-Timestamp");
        String nonce = header.apply("Wechatpay-Nonce");
        String given = header.apply("Wechatpay-Signature");
        boolean genuine = time != null
                && nonce != null
                && given != null
                && usedSerial.equals(platformSerial)
                && !isStale(time)
                && RsaKeys.verify(platform, time + "\n" + nonce + "\n" + body + "\n", given);
        if (!genuine) {
            throw fault.get();
        }
    }

    private boolean isStale(String seconds) {
        try {
            Instant signed = Instant.ofEpochSecond(Long.parseLong(seconds));
            return Duration.between(signed, clock.instant()).abs().compareTo(TOLERANCE) > 0;
        } catch (NumberFormatException | DateTimeException e) {
            return true;
        }
    }
}
