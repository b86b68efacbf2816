// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/seccomp.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>

#include "base/scope_exit.h"
#include "base/unique_fd.h"
#include "kernel/syscalls.h"

namespace caisson {
namespace {

using Context = std::unique_ptr<void, Releases<::seccomp_release>>;

struct Architecture {
    std::uint32_t token;
    std::string_view name;  // Go's
    std::string_view profile_name;
};

constexpr Architecture architectures[] = {
    {SCMP_ARCH_X86, "386", "SCMP_ARCH_X86"},
    {SCMP_ARCH_X86_64, "amd64", "SCMP_ARCH_X86_64"},
    {SCMP_ARCH_ARM, "arm", "SCMP_ARCH_ARM"},
    {SCMP_ARCH_AARCH64, "arm64", "SCMP_ARCH_AARCH64"},
    {SCMP_ARCH_PPC64LE, "ppc64le", "SCMP_ARCH_PPC64LE"},
    {SCMP_ARCH_S390X, "s390x", "SCMP_ARCH_S390X"},
    {SCMP_ARCH_RISCV64, "riscv64", "SCMP_ARCH_RISCV64"},
};

// Where the number of a call is the same on all architectures (Linux 5.1 and later).
constexpr int first_common_number = 424;

std::uint32_t compiled(SyscallAction action, int errnum) {
    switch (action) {
    case SyscallAction::Allow:
        return SCMP_ACT_ALLOW;
    case SyscallAction::Refuse:
        return SCMP_ACT_ERRNO(static_cast<unsigned>(errnum));
    case SyscallAction::Log:
        return SCMP_ACT_LOG;
    case SyscallAction::Trap:
        return SCMP_ACT_TRAP;
    case SyscallAction::KillThread:
        return SCMP_ACT_KILL_THREAD;
    case SyscallAction::KillProcess:
        break;
    }
    return SCMP_ACT_KILL_PROCESS;
}

scmp_compare compiled(Comparison comparison) {
    switch (comparison) {
    case Comparison::NotEqual:
        return SCMP_CMP_NE;
    case Comparison::Less:
        return SCMP_CMP_LT;
    case Comparison::LessOrEqual:
        return SCMP_CMP_LE;
    case Comparison::Equal:
        return SCMP_CMP_EQ;
    case Comparison::GreaterOrEqual:
        return SCMP_CMP_GE;
    case Comparison::Greater:
        return SCMP_CMP_GT;
    case Comparison::MaskedEqual:
        break;
    }
    return SCMP_CMP_MASKED_EQ;
}

// Negative where this architecture does not have it.
int number_of(const Syscall& syscall) {
    const int number = ::seccomp_syscall_resolve_name(syscall.name.c_str());
    return number < 0 && syscall.number >= first_common_number ? syscall.number : number;
}

Result<void> add_rule(scmp_filter_ctx context, const SeccompProfile& profile,
                      const SyscallRule& rule, const Syscall& syscall) {
    const std::uint32_t action = compiled(rule.action, rule.errnum);
    const int number = number_of(syscall);
    // libseccomp takes no rule that says what holds anyway.
    if (number < 0 || action == compiled(profile.default_action, profile.default_errnum))
        return {};
    std::vector<scmp_arg_cmp> arguments;
    for (const ArgumentTest& test : rule.arguments) {
        const bool is_masked = test.comparison == Comparison::MaskedEqual;
        arguments.push_back({.arg = test.index,
                             .op = compiled(test.comparison),
                             .datum_a = is_masked ? test.mask : test.value,
                             .datum_b = is_masked ? test.value : 0});
    }
    const int r =
        ::seccomp_rule_add_array(context, action, number, static_cast<unsigned>(arguments.size()),
                                 arguments.empty() ? nullptr : arguments.data());
    if (r < 0 && r != -EEXIST)
        return sys_error("seccomp: add a rule for", syscall.name, -r);
    return {};
}

int highest_known_number(const SeccompProfile& profile) {
    int highest = profile.highest_known_number;
    for (const SyscallRule& rule : profile.rules)
        for (const Syscall& syscall : rule.syscalls)
            highest = std::max(highest, number_of(syscall));
    return highest;
}

std::uint32_t native_audit_architecture() {
    switch (::seccomp_arch_native()) {
    case SCMP_ARCH_X86_64:
        return AUDIT_ARCH_X86_64;
    case SCMP_ARCH_AARCH64:
        return AUDIT_ARCH_AARCH64;
    default:
        return ::seccomp_arch_native();  // libseccomp's tokens are the kernel's values
    }
}

// Calls newer than the profile get ENOSYS, so that a libc falls back instead of failing with
// EPERM. libseccomp has no ranges of numbers, hence these instructions in front of its own.
void refuse_newer_calls(SeccompFilter& filter, int highest_known_number) {
    constexpr std::uint32_t x32_bit = 0x40000000;
    const auto newest = static_cast<std::uint32_t>(highest_known_number);
    const sock_filter prologue[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native_audit_architecture(), 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, x32_bit, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, newest, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    };
    filter.insert(filter.begin(), std::begin(prologue), std::end(prologue));
}

Result<SeccompFilter> export_program(scmp_filter_ctx context) {
    const UniqueFd file(::memfd_create("seccomp", MFD_CLOEXEC));
    if (!file)
        return sys_error("create a memory file");
    if (const int r = ::seccomp_export_bpf(context, file.get()); r < 0)
        return sys_error("seccomp: export the filter", {}, -r);
    struct stat status {};
    if (::fstat(file.get(), &status) < 0)
        return sys_error("stat the filter");
    SeccompFilter filter(static_cast<std::size_t>(status.st_size) / sizeof(sock_filter));
    if (::pread(file.get(), filter.data(), filter.size() * sizeof(sock_filter), 0) !=
        status.st_size)
        return sys_error("read the filter");
    return filter;
}

}  // namespace

Result<SeccompFilter> compile_filter(const SeccompProfile& profile) {
    const Context context(::seccomp_init(compiled(profile.default_action, profile.default_errnum)));
    if (!context)
        return plain_error("seccomp: out of memory");
    // A binary tree over the numbers instead of a list of 300 comparisons.
    if (const int r = ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2); r < 0)
        return sys_error("seccomp: optimise", {}, -r);
    if (const int r =
            ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
        r < 0)
        return sys_error("seccomp: refuse foreign architectures", {}, -r);
    for (const SyscallRule& rule : profile.rules) {
        for (const Syscall& syscall : rule.syscalls)
            TRY(add_rule(context.get(), profile, rule, syscall));
    }
    SeccompFilter filter = TRY(export_program(context.get()));
    if (profile.hides_newer_calls)
        refuse_newer_calls(filter, highest_known_number(profile));
    if (filter.size() > BPF_MAXINSNS)
        return plain_error("seccomp: the filter is too long for the kernel");
    return filter;
}

bool is_known_syscall(const std::string& name) {
    return ::seccomp_syscall_resolve_name(name.c_str()) != __NR_SCMP_ERROR ||
           named_syscall(name).number != 0;
}

Result<SeccompFacts> gather_seccomp_facts(const std::vector<std::string>& capabilities) {
    utsname host{};
    if (::uname(&host) < 0)
        return sys_error("ask for the kernel's version");
    SeccompFacts facts;
    facts.capabilities = capabilities;
    if (std::sscanf(host.release, "%u.%u", &facts.kernel_major, &facts.kernel_minor) != 2)
        return plain_error(std::string(host.release) + ": no version of a kernel");
    for (const Architecture& row : architectures)
        if (row.token == ::seccomp_arch_native()) {
            facts.architecture = row.name;
            facts.token = row.profile_name;
        }
    return facts;
}

Result<void> install_filter(const SeccompFilter& filter) {
    const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                             .filter = const_cast<sock_filter*>(filter.data())};
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
        return sys_error("install the seccomp filter");
    return {};
}

}  // namespace caisson
