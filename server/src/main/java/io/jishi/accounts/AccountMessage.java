package io.jishi.accounts;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What accounts are asked and what they answer. A password or secret never appears in {@code toString}. */
public sealed interface AccountMessage {
    /** Opens an account for a viewer and logs in. */
    record Register(String name, String password, Optional<String> displayName, Optional<String> language)
            implements AccountMessage {
        public Register {
            name = Account.name(name);
            password = Account.password(password, Account.PASSWORD_MIN);
            displayName = displayName.map(Account::displayName);
            language = language.map(Account::language);
            if (password.equalsIgnoreCase(name)) {
                throw new Invalid("password", "The password must differ from the name.");
            }
        }

        @Override
        public String toString() {
            return "Register[name=" + name + "]";
        }
    }

    record Login(String name, String password) implements AccountMessage {
        public Login {
            name = Account.name(name);
            password = Account.password(password, 1);
        }

        @Override
        public String toString() {
            return "Login[name=" + name + "]";
        }
    }

    /** Trades a refresh token, which is used up by it, for a new pair. */
    record Refresh(RefreshToken refreshToken) implements AccountMessage {
        public Refresh {
            Check.present("refreshToken", refreshToken);
        }
    }

    record Logout(RefreshToken refreshToken) implements AccountMessage {
        public Logout {
            Check.present("refreshToken", refreshToken);
        }
    }

    record DeviceLogin(Id<Device> device, String secret) implements AccountMessage {
        public DeviceLogin {
            Check.present("device", device);
            secret = Check.key("secret", secret);
        }

        @Override
        public String toString() {
            return "DeviceLogin[device=" + device + "]";
        }
    }

    /** Sets a user's roles to exactly these; none at all suspends the user. */
    record Grant(Id<User> userId, List<Role> roles) implements AccountMessage {
        private static final Set<Role> NEVER_GRANTED = EnumSet.of(Role.GUEST, Role.DEVICE);

        public Grant {
            Check.present("userId", userId);
            roles = Check.present("roles", roles).stream()
                    .map(role -> Check.present("roles", role))
                    .sorted()
                    .distinct()
                    .toList();
            if (roles.stream().anyMatch(NEVER_GRANTED::contains)) {
                throw new Invalid("roles", "The roles guest and device are not granted.");
            }
        }
    }

    /** Changes what is given and leaves the rest. */
    record Update(Optional<String> displayName, Optional<String> language) implements AccountMessage {
        public Update {
            displayName = displayName.map(Account::displayName);
            language = language.map(Account::language);
        }
    }

    /**
     * The answer to a log-in.
     *
     * @param token for HTTP and as connect token
     * @param expiresInSeconds how long the token is good for
     * @param refreshToken good once; absent for devices, which log in again
     */
    record LoggedIn(String token, long expiresInSeconds, Optional<String> refreshToken, User user)
            implements AccountMessage {
        @Override
        public String toString() {
            return "LoggedIn[user=" + user.id() + "]";
        }
    }
}
