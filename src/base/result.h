// SPDX-License-Identifier: LGPL-2.1-or-later
// Result<T>: a value or an Error, and TRY, which passes the Error up. An Error is data so that it
// can cross the pipe from a forked child to its parent; nothing here throws or logs.
#pragma once

#include <cassert>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace caisson {

struct Error {
    int code = 0;         // errno, or 0 when the failure did not come from the kernel
    std::string message;  // outermost context first

    Error within(std::string_view context) && {
        message.insert(0, ": ").insert(0, context);
        return std::move(*this);
    }
    bool is(int errnum) const { return code == errnum; }
};

// "CALL OBJECT: errno text". The arguments are views only: nothing can change errno before it is
// read. Pass `errnum` where the call returned the number instead of setting errno.
inline Error sys_error(std::string_view call, std::string_view object = {}, int errnum = 0) {
    const int code = errnum != 0 ? errnum : errno;
    std::string message(call);
    if (!object.empty())
        message.append(" ").append(object);
    message.append(": ").append(std::strerror(code));
    return Error{code, std::move(message)};
}

inline Error plain_error(std::string message) {
    return Error{0, std::move(message)};
}

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T made) : state_(std::in_place_index<0>, std::move(made)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    T& operator*() { return value(); }
    const T& operator*() const { return std::get<0>(state_); }
    T* operator->() { return &value(); }
    T& value() & {
        assert(state_.index() == 0);
        return std::get<0>(state_);
    }
    // By value, so that what TRY yields outlives the Result that it came from.
    T value() && {
        assert(state_.index() == 0);
        return std::get<0>(std::move(state_));
    }
    Error& error() {
        assert(state_.index() == 1);
        return std::get<1>(state_);
    }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    explicit operator bool() const { return !error_.has_value(); }
    void value() const {}
    Error& error() {
        assert(error_.has_value());
        return *error_;
    }

private:
    std::optional<Error> error_;
};

}  // namespace caisson

// Only as a whole statement, as the whole initialiser of a named variable or as the whole operand
// of `return`: inside a braced initialiser an early return leaks the members already made.
#define TRY(expr)                                 \
    __extension__({                               \
        auto try_result = (expr);                 \
        if (!try_result)                          \
            return std::move(try_result.error()); \
        std::move(try_result).value();            \
    })
