package io.jishi.bench;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Accounts for a crowd, made in bulk in the database, and tokens signed with the nodes' own secret: hashing thousands of
 * passwords at the cost that a server should ask would take longer than the night. Nobody can log in to these accounts.
 */
final class NightPeople {
    /** No running node has this number, so no id is made twice. */
    private static final int NODE_NUMBER = Ids.NODE_NUMBERS - 1;

    private static final long HOURS_2_SECONDS = 7_200;

    private final Ids ids = new Ids(InstantSource.system(), NODE_NUMBER);
    private final Connection database;
    private final String secret;

    /** @param token opens a connection as this person for two hours */
    record Person(String id, String name, String token) {}

    NightPeople(Connection database, String secret) {
        this.database = database;
        this.secret = secret;
    }

    List<Person> make(String name, int count, String role) throws SQLException {
        List<Person> people = new ArrayList<>();
        Long[] numbers = new Long[count];
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            Id<Person> id = ids.next();
            numbers[i] = id.value();
            names[i] = name + (i + 1);
            people.add(new Person(id.toString(), names[i], token(id.toString(), names[i], role)));
        }
        try (PreparedStatement insert = database.prepareStatement("""
                INSERT INTO account (id, name, display_name, password_hash, roles, language, created_at)
                SELECT id, name, name, 'none', ARRAY[?], 'zh', now() FROM unnest(?::bigint[], ?::text[]) AS t (id, name)
                """)) {
            Array idArray = database.createArrayOf("bigint", numbers);
            insert.setString(1, role);
            insert.setArray(2, idArray);
            insert.setArray(3, database.createArrayOf("text", names));
            insert.executeUpdate();
        }
        return people;
    }

    /** A token as the nodes issue it (JWT, HMAC SHA-256). */
    String token(String id, String name, String role) {
        long now = System.currentTimeMillis() / 1000;
        String claims = "{\"sub\":\"%s\",\"name\":\"%s\",\"roles\":[\"%s\"],\"lang\":\"zh\",\"iat\":%d,\"exp\":%d}"
                .formatted(id, name, role, now, now + HOURS_2_SECONDS);
        String signed = encode("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encode(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
