package io.jishi.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The nodes of a test, which all agree about who is alive. Thread-safe. */
public final class TestCluster {
    private final Set<String> alive = new TreeSet<>();
    private final List<View> views = new CopyOnWriteArrayList<>();

    public TestCluster(String... nodes) {
        alive.addAll(List.of(nodes));
    }

    /** The cluster as one of its nodes sees it. */
    public Membership of(String node) {
        View view = new View(node);
        views.add(view);
        return view;
    }

    /** Everybody but the node itself is told. */
    public void kill(String node) {
        change(node, false);
    }

    public void join(String node) {
        change(node, true);
    }

    private void change(String node, boolean lives) {
        List<Consumer<Set<String>>> told = new ArrayList<>();
        Set<String> now;
        synchronized (this) {
            if (lives) {
                alive.add(node);
            } else {
                alive.remove(node);
            }
            now = Set.copyOf(alive);
        }
        views.stream().filter(view -> !view.self.equals(node)).forEach(view -> told.addAll(view.listeners));
        told.forEach(listener -> listener.accept(now));
    }

    private synchronized Set<String> alive() {
        return Set.copyOf(alive);
    }

    private final class View implements Membership {
        private final String self;
        private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();

        View(String self) {
            this.self = self;
        }

        @Override
        public String self() {
            return self;
        }

        @Override
        public Set<String> members() {
            return alive();
        }

        @Override
        public void onChange(Consumer<Set<String>> listener) {
            listeners.add(listener);
        }
    }
}
