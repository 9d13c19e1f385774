package io.jishi.payments;

import io.jishi.orders.PaymentProvider.NotGenuine;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * RSA2 as Alipay uses it. Signed of a call are its fields in the order of their names, {@code name=value} joined by
 * {@code &}, without empty ones; of an answer the bytes of its inner object; of a notice its decoded fields without
 * {@code sign} and {@code sign_type}.
 */
final class AlipaySignature {
    private final PrivateKey own;
    private final PublicKey theirs;

    AlipaySignature(PrivateKey own, PublicKey theirs) {
        this.own = own;
        this.theirs = theirs;
    }

    String sign(Map<String, String> fields) {
        return RsaKeys.sign(own, content(fields));
    }

    static String content(Map<String, String> fields) {
        return new TreeMap<>(fields)
                .entrySet().stream()
                        .filter(field -> !field.getKey().equals("sign")
                                && !field.getValue().isEmpty())
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .collect(Collectors.joining("&"));
    }

    boolean fits(String text, String signatureBase64) {
        return RsaKeys.verify(theirs, text, signatureBase64);
    }

    /**
     * Reads the fields of a notice.
     *
     * @throws NotGenuine where it is not signed by Alipay
     */
    Map<String, String> notice(String body) {
        Map<String, String> fields;
        try {
            fields = Form.decode(body);
        } catch (IllegalArgumentException e) {
            throw new NotGenuine();
        }
        String signature = fields.getOrDefault("sign", "");
        String content = new TreeMap<>(fields)
                .entrySet().stream()
                        .filter(field -> !field.getKey().equals("sign")
                                && !field.getKey().equals("sign_type"))
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .collect(Collectors.joining("&"));
        if (!"RSA2".equals(fields.get("sign_type")) || !fits(content, signature)) {
            throw new NotGenuine();
        }
        return fields;
    }

    /**
     * The bytes of one object within a JSON object, exactly as they were sent.
     *
     * @return empty where there is none
     */
    static String value(String json, String name) {
        int at = json.indexOf("\"" + name + "\"");
        int begin = at < 0 ? -1 : json.indexOf('{', at);
        int depth = 0;
        boolean inText = false;
        for (int i = begin; i >= 0 && i < json.length(); i++) {
            char c = json.charAt(i);
            if (inText) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inText = false;
                }
            } else if (c == '"') {
                inText = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return json.substring(begin, i + 1);
            }
        }
        return "";
    }
}
