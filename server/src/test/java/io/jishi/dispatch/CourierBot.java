package io.jishi.dispatch;

import static io.jishi.dispatch.TestCluster.done;

import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Place;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;

/** A courier who speaks to a node as a client does: by remote procedures in JSON. */
final class CourierBot {
    final Id<Courier> id;
    final Caller caller;
    private TestCluster.Node node;

    CourierBot(TestCluster cluster, TestCluster.Node node) {
        this.id = cluster.ids.next();
        this.caller = TestCluster.courier(id);
        this.node = node;
    }

    private CourierBot(Id<Courier> id, TestCluster.Node node) {
        this.id = id;
        this.caller = TestCluster.courier(id);
        this.node = node;
    }

    /** The same courier on another connection. */
    CourierBot on(TestCluster.Node other) {
        return new CourierBot(id, other);
    }

    void moveTo(TestCluster.Node other) {
        node = other;
    }

    Courier startShift(Place place) {
        return done(node.dispatch
                .shifts()
                .start(caller, new DispatchCommand.ShiftStart(place, null))
                .await());
    }

    Outcome<Courier> endShift() {
        return node.dispatch
                .shifts()
                .end(caller, new DispatchCommand.ShiftEnd())
                .await();
    }

    void report(Place place, Instant at) {
        done(node.dispatch
                .shifts()
                .move(caller, new DispatchCommand.ReportPosition(place, at, null, null))
                .await());
    }

    DispatchCommand.Work work() {
        return done(node.dispatch
                .shifts()
                .current(caller, new DispatchCommand.Current())
                .await());
    }

    Outcome<Delivery> accept(Id<Offer> offer) {
        return node.dispatch
                .offers()
                .accept(caller, new DispatchCommand.Accept(offer))
                .await();
    }

    Future<Outcome<Delivery>> acceptLater(Id<Offer> offer) {
        return node.dispatch.offers().accept(caller, new DispatchCommand.Accept(offer));
    }

    Outcome<?> reject(Id<Offer> offer) {
        return node.dispatch
                .offers()
                .reject(caller, new DispatchCommand.Reject(offer))
                .await();
    }

    Outcome<Delivery> step(Id<Delivery> delivery, DeliveryStage stage) {
        return node.dispatch
                .offers()
                .step(caller, new DispatchCommand.Step(delivery, stage))
                .await();
    }

    Methods.Answer call(String method, Map<String, ?> params) {
        return node.call(method, caller, params);
    }
}
