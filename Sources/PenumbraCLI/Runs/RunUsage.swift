// What `penumbra run --help` and `penumbra runs --help` print.

enum RunUsage {
  static let run = """
    usage: penumbra run SCRIPT [options] [-- ARGUMENTS]
           penumbra run --resume last|RUN [options]

    Runs a script with a folder of its own, OUT/<stamp>-<name>-<id>/, which keeps its options, seed,
    versions, sources, metrics, pictures and checkpoints. See pn.run, pn.config and pn.progress.

    Options:
      --set NAME=VALUE    an option of pn.config, such as --set lr=1e-3 --set model.width=64
      --seed N            the seed of pn's random numbers, and of an option 'seed'
      --out DIR           where the folder is made (runs)
      --name NAME         what the run is called (the script's name)
      --resume last|RUN   go on from the last checkpoint of the newest run (of that name), or of RUN: a
                          folder, a name or an id; script, options, seed and arguments are those of
                          the run unless they are given
      --threads N         threads for matrix products and large loops
      --log LIST          what is written besides metrics.jsonl (jsonl,csv,tensorboard)
      --on-nan WHAT       a logged value that is not finite: stop with an error, warn, skip it (warn)
      --timeout SECONDS   ask the script to stop then, as Ctrl-C does; exit code 124
      --memory-limit N    bytes that tensors may take, and as many that Lua's own values may, such as
                          2G; exit code 137 when they do not suffice
      --sandbox PROFILE   what the script may do: trusted, everything; experiment, files under its run's
                          folder and under each --allow, the clock, gnuplot; pure, computing alone,
                          and no folder is made (trusted)
      --allow DIR         a folder that a sandboxed experiment may read and write
      --isolate           run in a process of its own, which the system bounds: memory, CPU time, size
                          and number of files; whatever happens to it this one reports it
      --check             compile the script, read its options, run it as far as its loop (the first
                          pn.progress, batch, or call of pn.run), and stop there; no folder is made
      --help              show this text; behind a script: show the script's options
      --print-config      show the values of the script's options

    Ctrl-C: a script that asks pn.run:due at each step makes a checkpoint at the end of the step and
    stops; any other stops where it is; then what it gave to pn.run:on_interrupt is called. A second
    Ctrl-C ends at once. SIGTERM does the same.
    Exit codes: 0 success, 1 script error, 2 usage, 124 timeout, 130 interrupted, 137 out of memory,
    143 terminated.
    """

  static let sweep = """
    usage: penumbra sweep SCRIPT --grid NAME=VALUES [--random NAME=LAW --trials N] [options] [-- ARGUMENTS]

    Runs a script with each combination of settings, as `penumbra run` does, a process for each. Started
    again with the same words it skips what is finished, and goes on with what failed or was stopped.

    Options:
      --grid NAME=VALUES  values for an option of pn.config, or for seed: lr=1e-3,1e-4; seed=0..4 (both
                          ends); with a semicolon commas belong to the values: hidden=64,64;128
      --random NAME=LAW   draws: uniform(a,b), log(a,b), int(a,b) (both ends), choice(a,b,...)
      --trials N          draws at each point of the grid (1)
      --draw-seed N       another seed gives other draws (0)
      --jobs N            processes at a time (1)
      --set NAME=VALUE    a setting of all trials
      --out, --name, --seed, --threads, --log, --on-nan, --timeout, --memory-limit
                          as of run; threads are those of the machine divided by the jobs

    Ctrl-C stops the runs as their own Ctrl-C does, a second one kills them. Exit codes: 0 all trials
    finished, 1 some failed, 2 usage, 130 interrupted.
    """

  static let runs = """
    usage: penumbra runs ls [--name NAME]
           penumbra runs show RUN
           penumbra runs diff RUN RUN
           penumbra runs compare [RUN...] [--metric NAME,...]
           penumbra runs plot [RUN...] [--metric NAME,...] [--to FILE] [--log-y]
           penumbra runs rm RUN...

    RUN is a folder, its name, an id or its beginning, a name that only one run has, or 'last'.

    Commands:
      ls        list the runs, the newest last
      show      what a run is, its options, metrics and checkpoints
      diff      how two runs differ: options, seed, versions, sources, last metrics
      compare   a table of runs: the options in which they differ, last and best values of metrics
      plot      draw metrics over the steps, as PNG, SVG or PDF (metrics.png)
      rm        remove runs with everything in their folders; one in progress is refused

    Options:
      --runs DIR          where the runs are (runs)
      --name NAME         only runs of that name
      --metric NAME,...   only these metrics
      --to FILE           where the figure goes
      --log-y             a logarithmic axis
    """

  static let report = """
    usage: penumbra report RUN [RUN...] [--out FILE] [--metric NAME,...] [--runs DIR]
           penumbra report --name NAME [options]

    Writes runs as one HTML page that needs nothing else: no file beside it, no network. One run: options,
    curves, pictures, distributions, texts, checkpoints, versions, command and sources. Several: a table
    of the options in which they differ, and their curves over each other.

    Options:
      --out FILE          where the page goes (report.html in the run's folder; of several runs
                          report.html here)
      --name NAME         all runs of that name
      --metric NAME,...   only these curves
      --runs DIR          where the runs are (runs)
    """

  static let watch = """
    usage: penumbra watch SCRIPT [--threads N] [-- ARGUMENTS]

    Runs a script, and again whenever the script or a module that it requires is changed, also by
    editors that write another file and rename it. A run in progress is interrupted as by Ctrl-C, and
    killed if it has not ended two seconds later. Errors are shown, and the next change is waited for.
    The script reads no standard input.

    Ctrl-C ends both (exit code 130), SIGTERM too (143).
    """
}
