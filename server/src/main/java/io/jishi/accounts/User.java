package io.jishi.accounts;

import io.jishi.core.Id;
import io.jishi.core.Role;
import java.util.List;

/**
 * A person as that person and administrators see it. Also the kind of every person's id: buyers, hosts and couriers are
 * all {@code Id<User>}.
 *
 * @param name what is typed to log in
 * @param displayName what others see
 * @param roles in the order of {@link Role}
 * @param language {@code zh} or {@code en}
 */
public record User(Id<User> id, String name, String displayName, List<Role> roles, String language) {
    public User {
        roles = roles.stream().sorted().distinct().toList();
    }
}
