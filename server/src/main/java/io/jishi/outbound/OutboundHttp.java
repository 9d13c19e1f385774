package io.jishi.outbound;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests without blocking. Every request has a deadline over all of it, an answer is read up to a bound, redirects
 * are not followed, and no more connections are open and no more requests wait than the bounds say.
 */
public final class OutboundHttp {
    private static final int ANSWER_BYTES_MAX = 262_144;
    private static final int CONNECTIONS_PER_HOST_MAX = 20;
    private static final int WAITING_MAX = 200;
    private static final int CONNECT_MILLIS = 3_000;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final Vertx vertx;
    private final HttpClient client;

    public OutboundHttp(Vertx vertx) {
        this.vertx = vertx;
        client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_HOST_MAX).setMaxWaitQueueSize(WAITING_MAX));
    }

    /**
     * A request.
     *
     * @param method GET or POST
     * @param url http or https, with host
     * @param body empty for none
     */
    public record Request(String method, URI url, Map<String, String> headers, String body, Duration deadline) {}

    /**
     * An answer of whatever status.
     *
     * @param header reads a header of it
     */
    public record Reply(int status, Function<String, @Nullable String> header, String body) {
        public boolean isOk() {
            return status >= 200 && status < 300;
        }
    }

    /** Fails where there is no whole answer in time or it is longer than the bound. */
    public Future<Reply> send(Request request) {
        return send(request, null);
    }

    /**
     * The same for an address that a stranger has given: it is looked up first, and refused where it, or any of its
     * addresses, lies in a private, local or special network. The request goes to the address that was looked at, so that
     * a name cannot change its mind in between.
     */
    public Future<Reply> sendToPublic(Request request) {
        String host = request.url().getHost();
        return vertx.executeBlocking(() -> InetAddress.getAllByName(host), false)
                .timeout(request.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .compose(addresses -> {
                    for (InetAddress address : addresses) {
                        if (!PublicAddress.is(address)) {
                            return Future.failedFuture("the host " + host + " is not on the public network");
                        }
                    }
                    return send(request, addresses[0]);
                });
    }

    private Future<Reply> send(Request request, @Nullable InetAddress at) {
        AtomicReference<@Nullable HttpClientRequest> open = new AtomicReference<>();
        return client.request(options(request, at))
                .compose(opened -> {
                    open.set(opened);
                    Future<HttpClientResponse> sent =
                            request.body().isEmpty() ? opened.send() : opened.send(Buffer.buffer(request.body()));
                    return sent.compose(response -> read(opened, response));
                })
                .timeout(request.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(fault -> {
                    HttpClientRequest opened = open.get();
                    if (opened != null) {
                        opened.reset();
                    }
                });
    }

    private static RequestOptions options(Request request, @Nullable InetAddress at) {
        URI url = request.url();
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method()))
                .setSsl(secure)
                .setHost(url.getHost())
                .setPort(port)
                .setURI(pathOf(url))
                .setConnectTimeout(CONNECT_MILLIS)
                .putHeader("User-Agent", "Jishi");
        request.headers().forEach(options::putHeader);
        if (at != null) {
            options.setServer(SocketAddress.inetSocketAddress(port, at.getHostAddress()));
        }
        return options;
    }

    /** What is written in the first line of a request: path and query, as some providers sign them. */
    public static String pathOf(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    private static Future<Reply> read(HttpClientRequest request, HttpClientResponse response) {
        Promise<Reply> read = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(read::tryFail);
        response.endHandler(
                end -> read.tryComplete(new Reply(response.statusCode(), response::getHeader, body.toString())));
        response.handler(chunk -> {
            if (body.length() + chunk.length() > ANSWER_BYTES_MAX) {
                read.tryFail("the answer is longer than " + ANSWER_BYTES_MAX + " bytes");
                request.reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        return read.future();
    }

    public Future<Void> close() {
        return client.close();
    }
}
