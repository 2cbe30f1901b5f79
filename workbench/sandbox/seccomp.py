"""The filter of system calls: a classic BPF program for the kernel, packed here.

Everything is allowed except what reaches other processes, namespaces, mounts, kernel objects or
networks that no namespace holds. Numbers are those of ``asm/unistd_64.h`` (x86-64) and
``asm-generic/unistd.h`` (aarch64); the form of the program is that of ``linux/filter.h`` and
``linux/seccomp.h``. Calls through another table (i386, x32) end the process.
"""

from __future__ import annotations

import errno
import platform
import struct

from workbench.errors import HostError

_LOAD, _EQUAL, _ABOVE, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000
# Every CLONE_NEW* flag of clone(): namespaces for mounts, cgroups, names, IPC, users, pids, net.
_NEW_NAMESPACE = 0x7E020000
_CLONE3 = 435
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6: the network namespace holds these

# Same number on both architectures: everything added since Linux 5.1.
_NEW = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "memfd_secret": 447,
}
# Name: (x86-64, aarch64).
_OLD = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "syslog": (103, 116),
    "move_pages": (279, 239),
}
_X86_ONLY = {"modify_ldt": 154, "iopl": 172, "ioperm": 173}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_CLONE, _SOCKET = (56, 220), (41, 198)


def refused_calls(machine: str) -> dict[str, int]:
    """Return the number of each call that is answered by EPERM.

    Raises:
        HostError: No filter is known for this kind of machine.
    """
    place, _ = _machine(machine)
    calls = {name: numbers[place] for name, numbers in _OLD.items()} | _NEW
    return calls | _X86_ONLY if machine == "x86_64" else calls


def filter_program(machine: str | None = None) -> bytes:
    """Return the filter as the bytes ``bwrap --seccomp`` reads.

    Args:
        machine: As ``uname -m`` says it; this machine where not given.

    Raises:
        HostError: No filter is known for this kind of machine.
    """
    machine = machine or platform.machine()
    place, architecture = _machine(machine)
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        steps += [_step(_ABOVE, _X32, 0, 1), _step(_RETURN, _KILL)]
    for number in sorted(refused_calls(machine).values()):
        steps += _answer(number, errno.EPERM)
    # The C library falls back to clone(), whose flags can be looked at.
    steps += _answer(_CLONE3, errno.ENOSYS)
    steps += [
        _step(_EQUAL, _CLONE[place], 0, 4),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_ANY_BIT, _NEW_NAMESPACE, 0, 1),
        _step(_RETURN, _ERROR | errno.EPERM),
        _step(_RETURN, _ALLOW),
    ]
    families = [_step(_EQUAL, family, n, 0) for n, family in _counted_down(_FAMILIES)]
    steps += [
        _step(_EQUAL, _SOCKET[place], 0, len(families) + 2),
        _step(_LOAD, _FIRST_ARGUMENT),
        *families,
        _step(_RETURN, _ERROR | errno.EAFNOSUPPORT),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def _counted_down(families: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return each family with the jump from its test to the end of all of them."""
    return [(len(families) - place, family) for place, family in enumerate(families)]


def _answer(number: int, error: int) -> list[bytes]:
    """Return the steps that answer a call by an error."""
    return [_step(_EQUAL, number, 0, 1), _step(_RETURN, _ERROR | error)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one ``struct sock_filter``."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _machine(machine: str) -> tuple[int, int]:
    if machine not in _MACHINES:
        raise HostError(
            f"no filter of system calls is known for {machine}",
            remedy=f"run models on {' or '.join(_MACHINES)}",
        )
    return _MACHINES[machine]


def profile(machine: str) -> dict[str, object]:
    """Return the same filter as the JSON profile that container engines read.

    Raises:
        HostError: No filter is known for this kind of machine.
    """
    rules: list[dict[str, object]] = [_rule(sorted(refused_calls(machine)), errno.EPERM)]
    rules.append(_rule(["clone3"], errno.ENOSYS))
    for bit in (bit for bit in range(32) if _NEW_NAMESPACE >> bit & 1):
        flag = {"index": 0, "value": 1 << bit, "valueTwo": 1 << bit, "op": "SCMP_CMP_MASKED_EQ"}
        rules.append(_rule(["clone"], errno.EPERM, flag))
    highest = max(_FAMILIES)
    for family in sorted(set(range(highest)) - set(_FAMILIES)):
        equal = {"index": 0, "value": family, "op": "SCMP_CMP_EQ"}
        rules.append(_rule(["socket"], errno.EAFNOSUPPORT, equal))
    above = {"index": 0, "value": highest, "op": "SCMP_CMP_GT"}
    rules.append(_rule(["socket"], errno.EAFNOSUPPORT, above))
    return {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules}


def _rule(names: list[str], error: int, *arguments: dict[str, object]) -> dict[str, object]:
    rule = {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": error}
    return rule | {"args": list(arguments)}
