// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/plan_oci.h"

#include <nlohmann/json.hpp>

#include "core/seccomp_profile.h"

namespace caisson {

using Json = nlohmann::ordered_json;

namespace {

const char* oci_name(SyscallAction action) {
    switch (action) {
    case SyscallAction::Allow:
        return "SCMP_ACT_ALLOW";
    case SyscallAction::Refuse:
        return "SCMP_ACT_ERRNO";
    }
    return "";
}

const char* oci_name(Comparison comparison) {
    switch (comparison) {
    case Comparison::Equal:
        return "SCMP_CMP_EQ";
    case Comparison::Less:
        return "SCMP_CMP_LT";
    case Comparison::Greater:
        return "SCMP_CMP_GT";
    case Comparison::MaskedEqual:
        return "SCMP_CMP_MASKED_EQ";
    }
    return "";
}

}  // namespace

Json oci_seccomp(const Plan& plan) {
    const SeccompProfile profile = default_seccomp_profile(plan.capabilities);
    Json rules = Json::array();
    for (const SyscallRule& rule : profile.rules) {
        Json names = Json::array();
        for (const Syscall& syscall : rule.syscalls)
            names.push_back(syscall.name);
        Json json = {{"names", std::move(names)}, {"action", oci_name(rule.action)}};
        if (rule.action == SyscallAction::Refuse)
            json["errnoRet"] = rule.errnum;
        if (rule.argument) {
            const ArgumentTest& test = *rule.argument;
            Json argument = {
                {"index", test.index},
                {"value", test.comparison == Comparison::MaskedEqual ? test.mask : test.value},
                {"op", oci_name(test.comparison)}};
            if (test.comparison == Comparison::MaskedEqual)
                argument["valueTwo"] = test.value;
            json["args"] = Json::array({std::move(argument)});
        }
        rules.push_back(std::move(json));
    }
    return {{"defaultAction", "SCMP_ACT_ERRNO"},
            {"defaultErrnoRet", profile.default_errnum},
            {"syscalls", std::move(rules)}};
}

}  // namespace caisson
