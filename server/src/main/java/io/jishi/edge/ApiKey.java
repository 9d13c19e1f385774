package io.jishi.edge;

import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key of the server API, in the header {@code X-API-Key} or as {@code Authorization: apikey …}. Never in the URL,
 * which proxies write down.
 */
final class ApiKey {
    static final Setting<String> KEY = Setting.secret(
            "api.key", "Key of the server API, the same on every node; without one there is no server API.");

    static final List<Setting<?>> SETTINGS = List.of(KEY);

    private static final String SCHEME = "apikey ";

    private final byte[] key;

    private ApiKey(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    /** @param fallback what the channel rules say, which are for development then */
    static Optional<ApiKey> of(Settings settings, Optional<String> fallback) {
        return Optional.of(settings.get(KEY))
                .filter(key -> !key.isEmpty())
                .or(() -> fallback)
                .map(ApiKey::new);
    }

    /** Whether a request tries to open with a key at all, right or wrong. */
    static boolean isTried(HttpServerRequest request) {
        return given(request) != null;
    }

    /** Compares in constant time. */
    boolean opens(HttpServerRequest request) {
        String given = given(request);
        return given != null && MessageDigest.isEqual(key, given.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String given(HttpServerRequest request) {
        String header = request.getHeader("X-API-Key");
        if (header != null) {
            return header;
        }
        String authorization = request.getHeader("Authorization");
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }
}
