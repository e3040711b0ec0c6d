// The command `penumbra`: runs Lua scripts with tensors, a drop-in for `lua`.

internal import Glibc

exit(Command(words: Word.ofProcess).run())
