"""The only bridge between the outside and our tables: folders of files brought in and taken out."""
