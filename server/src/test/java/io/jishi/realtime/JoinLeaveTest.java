package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who is told of whom, and who is counted. */
class JoinLeaveTest {
    private static final String WISH = "\"join_leave\":true";

    private final WireWorld world = new WireWorld("""
            club: {class: lossless, presence: true, join-leave: true, join-leave-max: 4, presence-max: 5, open: true}
            hall: {class: lossless, presence: true, force-join-leave: true, open: true}
            dark: {class: lossless, join-leave: true, join-leave-max: 2, open: true}
            still: {class: lossless, presence: true, open: true}
            """);

    private static List<String> moves(WireWorld.Peer peer) {
        List<String> moves = new ArrayList<>();
        for (JsonNode each : peer.heard) {
            JsonNode push = each.path("push");
            if (push.has("join") || push.has("leave")) {
                String kind = push.has("join") ? "join" : "leave";
                moves.add(kind + " " + push.path(kind).path("info").path("user").asText());
            }
        }
        return moves;
    }

    @Test
    @DisplayName("[RT18] those that ask for it hear who comes and goes, themselves too; others hear nothing")
    void asked() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("club:1", WISH);
        WireWorld.Peer bob = world.connect("bob");
        bob.subscribe("club:1", "");
        bob.ask("unsubscribe", "{\"channel\":\"club:1\"}");
        bob.subscribe("club:1", "");
        bob.session.closed();
        world.run(50);
        assertThat(moves(ann)).containsExactly("join ann", "join bob", "leave bob", "join bob", "leave bob");
        assertThat(moves(bob)).isEmpty();
        JsonNode info = ann.pushes("join").get(1).path("info");
        assertThat(info.path("client").asText()).isEqualTo(bob.session.id());
        assertThat(info.at("/conn_info/of").asText()).isEqualTo("connection");
    }

    @Test
    @DisplayName("[RT18] a channel's rule may tell everybody without being asked, or nobody")
    void byRule() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("hall:1", "");
        ann.subscribe("still:1", WISH);
        world.connect("bob").subscribe("hall:1", "");
        world.connect("cai").subscribe("still:1", WISH);
        assertThat(moves(ann)).containsExactly("join ann", "join bob");
    }

    @Test
    @DisplayName("[RT19] while more than a configured number are in a channel nobody is told who comes and goes")
    void noStorm() {
        List<WireWorld.Peer> peers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            peers.add(world.connect("u" + i));
            peers.get(i).subscribe("club:1", WISH);
        }
        assertThat(moves(peers.get(0))).containsExactly("join u0", "join u1", "join u2", "join u3");
        for (int i = 6; i > 2; i--) {
            peers.get(i).session.closed();
        }
        world.run(50);
        assertThat(moves(peers.get(0)).subList(4, moves(peers.get(0)).size())).containsExactly("leave u3");
    }

    @Test
    @DisplayName("[RT19] the number is known where presence is not to be looked at, too")
    void noStormInTheDark() {
        WireWorld.Peer ann = world.connect("ann");
        ann.subscribe("dark:1", WISH);
        world.connect("bob").subscribe("dark:1", "");
        world.connect("cai").subscribe("dark:1", "");
        assertThat(moves(ann)).containsExactly("join ann", "join bob");
        JsonNode refused = ann.ask("presence", "{\"channel\":\"dark:1\"}");
        assertThat(refused.at("/error/code").asInt()).isEqualTo(108);
    }

    @Test
    @DisplayName("[RT17] presence is exact below a channel's limit, and above it a number")
    void counted() {
        List<WireWorld.Peer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(world.connect("u" + i % 2));
            peers.get(i).subscribe("club:1", "");
        }
        WireWorld.Peer first = peers.get(0);
        assertThat(first.ask("presence", "{\"channel\":\"club:1\"}")
                        .path("presence")
                        .size())
                .isEqualTo(5);
        assertThat(first.ask("presence_stats", "{\"channel\":\"club:1\"}")
                        .path("num_users")
                        .asInt())
                .isEqualTo(2);
        WireWorld.Peer sixth = world.connect("u9");
        sixth.subscribe("club:1", "");
        assertThat(first.ask("presence", "{\"channel\":\"club:1\"}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(106);
        assertThat(first.ask("presence_stats", "{\"channel\":\"club:1\"}")
                        .path("num_clients")
                        .asInt())
                .isEqualTo(6);
        sixth.session.closed();
        world.run(50);
        assertThat(first.ask("presence", "{\"channel\":\"club:1\"}")
                        .path("presence")
                        .size())
                .isEqualTo(5);
    }
}
