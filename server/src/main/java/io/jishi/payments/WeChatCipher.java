package io.jishi.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Invalid;
import io.jishi.orders.PaymentProvider.NotGenuine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** {@code AEAD_AES_256_GCM} with the merchant's APIv3 key, as WeChat Pay encrypts what its notices say. */
final class WeChatCipher {
    private static final int KEY_BYTES = 32;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;

    /** @throws Invalid where it is not 32 bytes long */
    WeChatCipher(String apiKey) {
        byte[] bytes = apiKey.getBytes(StandardCharsets.UTF_8);
        if (bytes.length != KEY_BYTES) {
            String name = PaymentSettings.WECHAT_API_KEY.name();
            throw new Invalid(name, name + " must have " + KEY_BYTES + " bytes.");
        }
        key = new SecretKeySpec(bytes, "AES");
    }

    /**
     * @param resource with {@code ciphertext} in base 64, {@code nonce} and {@code associated_data}
     * @throws NotGenuine where it was not encrypted with this key
     */
    String decrypt(JsonNode resource) {
        try {
            byte[] nonce = resource.path("nonce").asText().getBytes(StandardCharsets.UTF_8);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(resource.path("associated_data").asText().getBytes(StandardCharsets.UTF_8));
            byte[] text = cipher.doFinal(
                    Base64.getDecoder().decode(resource.path("ciphertext").asText()));
            return new String(text, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new NotGenuine();
        }
    }
}
