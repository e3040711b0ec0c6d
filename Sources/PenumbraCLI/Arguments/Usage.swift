// What `--help` and usage errors print.

enum Usage {
  static let short = """
    usage: penumbra [options] [script [args]]
           penumbra run script [options] [-- args] | runs ls|show|diff|compare|plot|rm
           penumbra sweep script ... | report RUN... | watch script
           penumbra doc NAME | doc --markdown DIR | doc --stubs DIR | info
    """

  static let options = """
    Available options are:
      -e stat      execute string 'stat'
      -i           enter interactive mode after executing 'script'
      -l mod       require library 'mod' into global 'mod'
      -l g=mod     require library 'mod' into global 'g'
      -v           show version information
      -E           ignore environment variables
      -W           turn warnings on
      --           stop handling options
      -            stop handling options and execute stdin
      --threads n  use n threads for matrix products and large loops
      --no-init    start the interactive mode without the user's init.lua
      --version    show Penumbra's version
      --help       show this text
    """

  static let commands = """
    Commands (a script of such a name is run as ./doc or after --):
      run script          run a script with a folder that keeps all about it; run --help
      sweep script        run a script with many settings; sweep --help
      watch script        run a script again whenever it changes; watch --help
      report RUN...       write runs as one HTML page; report --help
      runs ls|show|...    list, show, compare, draw and remove runs; runs --help
      doc NAME            show the reference of a function or library, for instance pn.randn
      doc --markdown DIR  write the reference as Markdown pages into a directory
      doc --stubs DIR     write definitions for lua-language-server and luacheck into a directory
      info                show versions, threads, instruction set and memory limit
    """

  static let environment = """
    Environment: LUA_INIT, LUA_PATH, LUA_CPATH (also with the suffix _5_4), NO_COLOR,
    XDG_STATE_HOME (history of the interactive mode: penumbra/history there),
    XDG_CONFIG_HOME (penumbra/init.lua there runs before its first prompt).
    Exit codes: 0 success, 1 script error, 2 usage, 130 interrupted; of run also
    124 timeout, 137 out of memory, 143 terminated.
    """

  static let full = [short, options, commands, environment].joined(separator: "\n\n")
}
