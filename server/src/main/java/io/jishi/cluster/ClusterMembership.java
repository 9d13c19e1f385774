package io.jishi.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import io.jishi.core.Membership;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hazelcast's members as Jishi's. A member's id is made anew at each start. */
final class ClusterMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterMembership.class);

    private final Cluster cluster;
    private final String self;
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> mourners = new CopyOnWriteArrayList<>();
    private volatile Set<String> members;

    ClusterMembership(Cluster cluster) {
        this.cluster = cluster;
        this.self = cluster.getLocalMember().getUuid().toString();
        this.members = ids();
        cluster.addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                changed("joined", event.getMember());
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                changed("left", event.getMember());
                mourners.forEach(
                        mourner -> mourner.accept(event.getMember().getUuid().toString()));
            }
        });
        this.members = ids();
    }

    private void changed(String what, Member member) {
        members = ids();
        LOG.info("event=member-{} member={} members={}", what, member.getUuid(), members.size());
        listeners.forEach(listener -> listener.accept(members));
    }

    private Set<String> ids() {
        return cluster.getMembers().stream()
                .map(member -> member.getUuid().toString())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether this node has been here longest, so that it does what one node must do. */
    boolean isOldest() {
        return cluster.getMembers().iterator().next().localMember();
    }

    /** Calls back with the id of every member that goes. */
    void onDeath(Consumer<String> mourner) {
        mourners.add(mourner);
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public Set<String> members() {
        return members;
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        listeners.add(listener);
    }
}
