package io.jishi.edge;

import io.jishi.accounts.KeySource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;

/** A set of public keys behind a URL. */
public final class PublishedKeys implements KeySource {
    private static final int SECONDS_MAX = 5;
    private static final int BYTES_MAX = 262_144;

    private final HttpClient client;
    private final String url;

    /** @param url http or https, without anything from a token in it */
    public PublishedKeys(Vertx vertx, String url) {
        this.client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(SECONDS_MAX * 1_000));
        this.url = url;
    }

    @Override
    public Future<String> fetch() {
        return client.request(new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(url))
                .compose(request -> request.send().compose(PublishedKeys::text))
                .timeout(SECONDS_MAX, TimeUnit.SECONDS);
    }

    private static Future<String> text(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("answered " + response.statusCode());
        }
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() > BYTES_MAX) {
                response.request().reset();
            } else {
                body.appendBuffer(part);
            }
        });
        return response.end().map(ended -> body.toString());
    }
}
