package io.jishi.edge;

import io.jishi.core.Hashes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The built pages, read once from the class path into memory: serving one is a look-up by its whole name, so no path can
 * reach anything else. A path without a dot is a page of the one-page client.
 */
public final class WebClient {
    private static final String INDEX = "index.html";
    private static final long BYTES_MAX = 64L * 1024 * 1024;
    private static final int TAG_BYTES = 12;
    private static final List<String> NO_PAGES = List.of("/api", "/health", "/metrics", "/connection");
    /** As the build names files by their content: {@code assets/index-B4x_9zKq.js}. */
    private static final Pattern HASHED = Pattern.compile("assets/.+-[\\w-]{8,}\\.\\w+(\\.map)?");

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json; charset=utf-8"),
            Map.entry("map", "application/json; charset=utf-8"),
            Map.entry("webmanifest", "application/manifest+json; charset=utf-8"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("webp", "image/webp"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"));

    private final Map<String, Asset> assets;

    private record Asset(Buffer bytes, String type, String tag, String cacheControl) {}

    private WebClient(Map<String, Asset> assets) {
        this.assets = assets;
    }

    /**
     * Blocks while it reads.
     *
     * @param folder on the class path, as {@code webroot/}; where it is missing there are no pages
     */
    public static WebClient load(ClassLoader loader, String folder) {
        Map<String, Asset> assets = new HashMap<>();
        long bytes = 0;
        try {
            for (Map.Entry<String, byte[]> file :
                    ClassPathFolder.read(loader, folder).entrySet()) {
                bytes += file.getValue().length;
                assets.put(file.getKey(), asset(file.getKey(), file.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the web client cannot be read", e);
        }
        if (bytes > BYTES_MAX) {
            throw new IllegalStateException("the web client is longer than " + BYTES_MAX + " bytes");
        }
        return new WebClient(Map.copyOf(assets));
    }

    /** Answers a GET or HEAD, or goes on where the path is neither a file nor a page. */
    void handle(RoutingContext context) {
        String path = context.normalizedPath();
        Asset file = assets.get(path.substring(1));
        Asset found = file != null ? file : isPage(path) ? assets.get(INDEX) : null;
        if (found == null) {
            context.next();
            return;
        }
        Arrival.route(context, file != null ? "GET file" : "GET page");
        serve(context, found);
    }

    private static void serve(RoutingContext context, Asset asset) {
        context.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, asset.cacheControl)
                .putHeader(HttpHeaders.ETAG, asset.tag);
        if (asset.tag.equals(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            Answers.empty(context, 304);
        } else {
            Answers.send(context, 200, asset.type, asset.bytes);
        }
    }

    private static boolean isPage(String path) {
        return path.indexOf('.') < 0
                && NO_PAGES.stream().noneMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }

    private static Asset asset(String name, byte[] bytes) {
        return new Asset(
                Buffer.buffer(bytes),
                type(name),
                tag(bytes),
                HASHED.matcher(name).matches() ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private static String tag(byte[] bytes) {
        return '"' + HexFormat.of().formatHex(Hashes.sha256(bytes), 0, TAG_BYTES) + '"';
    }

    private static String type(String name) {
        String extension = name.replaceFirst(".*\\.", "").toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(extension, "application/octet-stream");
    }
}
