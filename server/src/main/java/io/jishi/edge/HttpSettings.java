package io.jishi.edge;

import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is configured about HTTP. */
public final class HttpSettings {
    public static final Setting<String> HOST =
            Setting.text("http.host", "127.0.0.1", "The address to listen on; 0.0.0.0 is every one.");
    public static final Setting<Integer> PORT =
            Setting.integer("http.port", 8080, 0, 65_535, "The port to listen on; 0 takes a free one.");
    public static final Setting<String> ALLOWED_ORIGINS = Setting.text(
            "http.allowed-origins",
            "",
            "Origins besides the server's own whose pages may ask, as https://shop.example, divided by commas.");
    public static final Setting<Boolean> BEHIND_PROXY = Setting.flag(
            "http.behind-proxy",
            false,
            "Whether a proxy that is the only way in names the client's address last in X-Forwarded-For.");
    public static final Setting<Integer> BODY_BYTES_MAX =
            Setting.integer("http.body-bytes-max", 65_536, 1_024, 16_777_216, "The longest body of a request.");
    public static final Setting<Integer> REQUEST_SECONDS_MAX =
            Setting.integer("http.request-seconds-max", 10, 1, 300, "How long a request may take, its body included.");
    public static final Setting<Integer> IDLE_SECONDS_MAX = Setting.integer(
            "http.idle-seconds-max",
            90,
            5,
            3_600,
            "How long a connection may be silent in both directions; WebSockets are pinged instead.");
    public static final Setting<Integer> CONNECTIONS_MAX = Setting.integer(
            "http.connections-max",
            18_000,
            1,
            10_000_000,
            "Open connections of one node, WebSockets included; one more is closed at once.");

    public static final Setting<Integer> CONNECTIONS_PER_ADDRESS_MAX = Setting.integer(
            "http.connections-per-address-max",
            1_000,
            1,
            10_000_000,
            "Real-time connections from one address on one node; those from the machine itself are not counted, because"
                    + " a proxy there would make one address of all.");

    public static final List<Setting<?>> ALL = List.of(
            HOST,
            PORT,
            ALLOWED_ORIGINS,
            BEHIND_PROXY,
            BODY_BYTES_MAX,
            REQUEST_SECONDS_MAX,
            IDLE_SECONDS_MAX,
            CONNECTIONS_MAX,
            CONNECTIONS_PER_ADDRESS_MAX);

    private static final int HEADER_BYTES_MAX = 16_384;
    private static final int FIRST_LINE_BYTES_MAX = 8_192;
    private static final int ACCEPT_BACKLOG = 4_096;

    /** Vert.x takes a free port for 0 on every loop, and one free port for all of them for this. */
    private static final int ANY_PORT_FOR_ALL_LOOPS = -1;

    private HttpSettings() {}

    static HttpServerOptions serverOptions(Settings settings) {
        return new HttpServerOptions()
                .setHost(settings.get(HOST))
                .setPort(settings.get(PORT) == 0 ? ANY_PORT_FOR_ALL_LOOPS : settings.get(PORT))
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(FIRST_LINE_BYTES_MAX)
                .setAcceptBacklog(ACCEPT_BACKLOG)
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(settings.get(IDLE_SECONDS_MAX));
    }

    /** @throws Invalid where an origin is not one */
    static Set<String> allowedOrigins(Settings settings) {
        return Arrays.stream(settings.get(ALLOWED_ORIGINS).split(","))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .peek(HttpSettings::checkOrigin)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void checkOrigin(String origin) {
        try {
            URI uri = URI.create(origin);
            if (origin.equals(uri.getScheme() + "://" + uri.getRawAuthority()) && uri.getHost() != null) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // said below, together with texts that are URIs but no origins
        }
        throw new Invalid(ALLOWED_ORIGINS.name(), "http.allowed-origins must be like https://shop.example:8443.");
    }
}
