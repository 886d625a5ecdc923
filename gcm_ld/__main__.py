"""``python -m gcm_ld``."""

from gcm_ld.cli import main

if __name__ == "__main__":
    main()
