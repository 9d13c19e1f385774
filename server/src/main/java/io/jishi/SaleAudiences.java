package io.jishi;

import io.jishi.accounts.User;
import io.jishi.community.Community;
import io.jishi.core.Id;
import io.jishi.flashsales.Audiences;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** Members and followers as flash sales ask for them. */
record SaleAudiences(Community community) implements Audiences {
    @Override
    public Future<Set<Id<User>>> members(Collection<Id<User>> people) {
        return community.members(people);
    }

    @Override
    public Future<Set<Id<User>>> followers(Id<User> host, Collection<Id<User>> people, Instant before) {
        return community.followers(host, people, before);
    }
}
