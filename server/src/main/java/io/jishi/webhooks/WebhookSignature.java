package io.jishi.webhooks;

import io.jishi.core.Hashes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;

/**
 * {@code t=…,v1=…}: the time in seconds, and HMAC-SHA256 over the time, a dot and the body, in hexadecimal. A subscriber
 * that also looks at the time is safe from what somebody has recorded.
 */
final class WebhookSignature {
    static final String HEADER = "Jishi-Signature";

    private final byte[] key;

    WebhookSignature(String secret) {
        key = secret.getBytes(StandardCharsets.UTF_8);
    }

    String of(Instant now, String body) {
        long seconds = now.getEpochSecond();
        byte[] sum = Hashes.hmacSha256(key, seconds + "." + body);
        return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(sum);
    }
}
