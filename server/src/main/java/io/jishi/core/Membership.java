package io.jishi.core;

import java.util.Set;
import java.util.function.Consumer;

/** Which nodes are alive, as this node sees it. It helps liveness only: truth is guarded by epochs in the database. */
public interface Membership {
    /** This node's id: unique to this start of the process, never reused. */
    String self();

    /** Ids of all live nodes, this one included. */
    Set<String> members();

    /** Calls back with the new members after every change, on no particular thread. */
    void onChange(Consumer<Set<String>> listener);

    /** A cluster of one. */
    static Membership alone(String self) {
        return new Membership() {
            @Override
            public String self() {
                return self;
            }

            @Override
            public Set<String> members() {
                return Set.of(self);
            }

            @Override
            public void onChange(Consumer<Set<String>> listener) {}
        };
    }
}
