package io.jishi.community;

import io.jishi.accounts.User;
import io.jishi.core.Check;
import io.jishi.core.Id;
import org.jspecify.annotations.Nullable;

/** What is asked of the community. */
sealed interface CommunityRequest {
    int TIER_MAX = 9;

    /** To follow a host, not to, or to know. */
    record OfHost(Id<User> hostId) implements CommunityRequest {
        public OfHost {
            Check.present("hostId", hostId);
        }
    }

    /** @param tier from 1; no member any more where absent */
    record SetMember(Id<User> userId, @Nullable Integer tier) implements CommunityRequest {
        public SetMember {
            Check.present("userId", userId);
            Check.range("tier", tier == null ? 1 : tier, 1, TIER_MAX);
        }
    }
}
