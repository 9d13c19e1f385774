package io.jishi.edge;

import io.jishi.accounts.KeySource;
import io.jishi.outbound.OutboundHttp;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** A set of public keys behind a URL. */
public final class PublishedKeys implements KeySource {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final OutboundHttp http;
    private final String url;

    /** @param url as configured, without anything from a token in it */
    public PublishedKeys(OutboundHttp http, String url) {
        this.http = http;
        this.url = url;
    }

    @Override
    public Future<String> fetch() {
        return http.send(new OutboundHttp.Request("GET", URI.create(url), Map.of(), "", DEADLINE))
                .compose(reply -> reply.isOk()
                        ? Future.succeededFuture(reply.body())
                        : Future.failedFuture("answered " + reply.status()));
    }
}
