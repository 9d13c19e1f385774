package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** What flash sales need to know of those whom others keep: members of the shop and followers of hosts. */
public interface Audiences {
    /** Those of some people who are members. */
    Future<Set<Id<User>>> members(Collection<Id<User>> people);

    /** Those of some people who follow a host, and did before a time. */
    Future<Set<Id<User>>> followers(Id<User> host, Collection<Id<User>> people, Instant before);

    /** A shop without members and followers. */
    static Audiences none() {
        return new Audiences() {
            @Override
            public Future<Set<Id<User>>> members(Collection<Id<User>> people) {
                return Future.succeededFuture(Set.of());
            }

            @Override
            public Future<Set<Id<User>>> followers(Id<User> host, Collection<Id<User>> people, Instant before) {
                return Future.succeededFuture(Set.of());
            }
        };
    }
}
