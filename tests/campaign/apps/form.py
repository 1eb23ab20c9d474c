"""A form in Tk that writes what was filled in to form.txt."""
import tkinter as tk
from tkinter import ttk

root = tk.Tk()
root.title("Registration")
fields = {}
for row, label in enumerate(["Name", "City"]):
    tk.Label(root, text=label).grid(row=row, column=0, sticky="w", padx=8, pady=6)
    fields[label] = tk.Entry(root, width=30)
    fields[label].grid(row=row, column=1, padx=8)
tk.Label(root, text="Job").grid(row=2, column=0, sticky="w", padx=8, pady=6)
job = ttk.Combobox(root, values=["Baker", "Engineer", "Pilot"], state="readonly", width=27)
job.current(0)
job.grid(row=2, column=1)
member = tk.IntVar()
tk.Checkbutton(root, text="Member", variable=member).grid(row=3, column=1, sticky="w")


def done():
    line = "|".join([fields["Name"].get(), fields["City"].get(), job.get(), str(member.get())])
    open("form.txt", "w").write(line)
    root.destroy()


tk.Button(root, text="OK", command=done).grid(row=4, column=1, sticky="e", padx=8, pady=10)
root.mainloop()
