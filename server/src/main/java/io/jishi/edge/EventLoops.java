package io.jishi.edge;

import io.jishi.realtime.Loop;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All event loops of this process, numbered: a socket's session lives on the loop that the socket lives on. */
public final class EventLoops {
    private final Vertx vertx;
    private final List<Context> contexts = Collections.synchronizedList(new ArrayList<>());

    private EventLoops(Vertx vertx) {
        this.vertx = vertx;
    }

    /** @param count the size of Vert.x's pool of event loops */
    public static Future<EventLoops> open(Vertx vertx, int count) {
        EventLoops loops = new EventLoops(vertx);
        return vertx.deployVerticle(loops::verticle, new DeploymentOptions().setInstances(count))
                .map(loops);
    }

    private VerticleBase verticle() {
        return new VerticleBase() {
            @Override
            public Future<?> start() {
                contexts.add(context);
                return Future.succeededFuture();
            }
        };
    }

    public List<Loop> loops() {
        return contexts.stream().map(context -> Loop.of(vertx, context)).toList();
    }

    public List<Context> contexts() {
        return List.copyOf(contexts);
    }

    /** The number of the loop that the calling thread is. */
    int current() {
        for (int i = 0; i < contexts.size(); i++) {
            EventLoop loop = ((ContextInternal) contexts.get(i)).nettyEventLoop();
            if (loop.inEventLoop()) {
                return i;
            }
        }
        throw new IllegalStateException("not on an event loop");
    }
}
